"""One true good thing about today."""


def true_good_thing(stage, results):
    """What is praised at the end: slow and steady if most repetitions were, all done if they were, else the trying.

    Parameters
    ----------
    results : sequence of dict
        Answers of the sets.

    Returns
    -------
    str
    """
    own = [r for r in results if r["role"] != "weaker"]
    reps, slow = sum(r["reps"] for r in own), sum(r["slow"] for r in own)
    if reps and slow >= max(2, 0.6 * reps):
        return stage.text("slow", "praise")
    if results and all(r["state"] == "done" and r["reason"] == "" for r in results):
        return stage.text("done", "praise")
    return stage.text("tried", "praise")
