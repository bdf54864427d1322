"""The launcher: from a bare Python to a running Jalon, with the standard library only.

`cli` reads the command, `environment` and `system` install, `services` brings up the database (`postgres`)
and the broker (`valkey`), `run` and `supervise` keep the Procfile's processes, `check` proves them alive,
`suite` runs every check of the project, `process` starts children that cannot outlive us.
"""
