"""The accuracy bench: a grid of rendered clips, the real engine, and how far its numbers are from the truth.

`grid` says which clips, `clips` renders and watches them (once), `scoring` pairs what was measured with what was true,
`recorded` keeps the outcome, `summaries` and `targets` compute every figure from it, `page` and `plots` show them.
"""
