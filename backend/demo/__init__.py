"""Fictional teams, postings and people: the data of a first start, and the main job carried through in one go."""
