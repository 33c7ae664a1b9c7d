"""What leaves the program: the summary, documents, parcels and requests, the outbox, the one door to the network."""
