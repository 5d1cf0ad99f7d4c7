"""The lessons as the coach reads them aloud: each line with the time it takes."""

from posecheck.lessons import lessons
from posecheck.voice import clip, length_s

PAUSE_S = 1.5  # after a sentence of a card
_WORD_S = 0.45  # where nobody has said it


def timed(text, pause_s=PAUSE_S, *, language="en"):
    """A line and how long it takes with the pause after it."""
    path = clip(text, language)
    return text, round((_WORD_S * len(text.split()) if path is None else length_s(path)) + pause_s, 2)


def cards_of(sessions, week, seen, *, language="en"):
    """The cards that close a session.

    Parameters
    ----------
    sessions : int
        That were done before: one card after each of the first five.
    week : int
        Of the plan: what to expect comes once, at the first practice of some weeks.
    seen : set of str
        Ids of cards that were read already.
    """
    book = lessons(language)
    cards = [_card(card.id, card, language) for card in book.card[sessions : sessions + 1]]
    expected = book.expectation_of(week)
    if expected is not None and f"week_{week}" not in seen:
        cards.append(_card(f"week_{week}", expected, language))
    return tuple(cards)


def all_cards(*, language="en"):
    """Every card, in the order in which they come."""
    book = lessons(language)
    cards = [_card(card.id, card, language) for card in book.card]
    return (*cards, *(_card(f"week_{one.week}", one, language) for one in book.expectation))


def _card(name, card, language):
    lines = [timed(sentence, language=language) for sentence in card.sentences]
    return {"id": name, "lines": lines, "picture": card.picture}


def scripts(exercises, *, language="en"):
    """Imagery for those of some exercises that have any; ``general`` is breathing."""
    book = lessons(language).imagery
    wanted = {name: name for name in book.script if name in exercises} | {"general": "breathing"}
    return {
        name: [timed(line.say, line.pause_s, language=language) for line in book.lines(script)]
        for name, script in wanted.items()
    }


def tasks(*, language="en"):
    """Everyday tasks: the sentences said of each, and its picture."""
    return {name: ((task.say, task.hands), name) for name, task in lessons(language).task.items()}
