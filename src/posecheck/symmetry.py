"""Stronger against affected."""


def symmetry_of(rows, observation, exercise, settings):
    return {"comparable": False, "reason": "not yet"}
