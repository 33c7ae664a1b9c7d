"""The screens about our people, the handover, the scorecard and the enemies of teamwork."""
