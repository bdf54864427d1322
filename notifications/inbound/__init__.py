"""Mail that arrives: parse, recognise, attach to an application or to triage.

`parse` reads bytes and knows nothing of Jalon; `clean`, `forward`, `automatic`, `contacts` and `language` read what
people and machines wrote; `directory` asks the database; `recognise` decides; `receive` is the one use case.
"""
