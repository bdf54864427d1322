"""What arrives as a file: judged by its content before it is kept, scanned and read in a closed process after.

`judge` is the door; `mixed`, `pdfs`, `archives`, `images` and `texts` judge one family each; `kinds` says which there
are, `names` gives safe names. `virus` speaks to ClamAV, `closed` runs what opens hostile files, `care` looks after what
was kept.
"""
