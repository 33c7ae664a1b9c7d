"""What a team server and its clients compute alike: pure functions on the contents of sessions.

A *content* is one version of a session at a level of detail, in its canonical form. The contract
between server and client is docs/team-server.md. A server does with a `PUT`:

    body = content_of(json)                      # Content, or the Fault to answer 422 with
    made = replaced(head, body)                  # head: the full Content there is, or None
    version = next_version(parent, made.content) # parent: its Version, or None
    encoded(made.content)                        # the bytes to keep
    etag(version, detail)                        # names it for a reader of this detail
    seen(made.content, detail)                   # what such a reader may get

- `content` makes the canonical form, its bytes and its digest.
- `lens` goes from a full content to the shared one and back: `get`, `put`, and `replaced`.
- `revision` chains contents: a revision is made of its parent and its content. ETags and
  idempotency keys come from it.
- `inventory` is the digest over many sessions, to compare two sides in three requests.
- `limits` says how much a session may hold, before anything is computed from it.
- `three_way_merge` puts two versions together with the one that both came from: `merge(base,
  ours, theirs)`. A client merges the values (`session_of`), keeps unknown keys by
  `ThreeWayMerge.ids`, and lays a shared result over its own file with `replaced`. A result may
  hold more than the limits allow: `content_of_tables` says so.
- `content_merge` does that with contents, and carries the keys that this program does not know.
- `ledger` is what a client and a server agreed on; `planner` says from it what to do about a
  session (`plan(local, base, head, chain)`); `settlement` carries that out, effect by effect.
- `shape` is what the types say of the tables: known keys, defaults, and what is private.

A `Content` holds tables, and no function here changes one that it was given. Nothing reads a
file, a clock or the network. A fault is returned as a value, with a sentence for the user.
"""
