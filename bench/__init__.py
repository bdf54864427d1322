"""The benchmark: `./jalon bench`. What Jalon's API costs beside the least that the same work can cost here."""
