"""What the therapist's pages are made of: links within the same window, tables with headings, pictures with words."""

import base64
from html import escape
from urllib.parse import quote

import streamlit as st

from posecheck.app.live import TOKEN

_STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding-top: 1.5rem; padding-bottom: 3rem; }
[data-testid="stMain"] h1 { font-size: 2rem; padding: 0.4rem 0; }
[data-testid="stMain"] h2 { font-size: 1.35rem; padding: 0.6rem 0 0.2rem; }
[data-testid="stMain"] h3 { font-size: 1.1rem; padding: 0.4rem 0 0.1rem; }
.pc-top { display: flex; gap: 1.5rem; margin-top: -0.6rem; }
.pc-top a { display: inline-flex; align-items: center; min-height: 2.75rem; }
.pc-top a:last-child { margin-left: auto; }
.pc-top a, .pc a, .pc-lines a, .pc-fold a { color: #1f4e9e; padding: 0.2rem 0; }
.pc, [data-testid="stMain"] [data-testid="stMarkdownContainer"] table {
  border-collapse: collapse; border: 0; width: 100%; font-variant-numeric: tabular-nums; margin: 0; }
[data-testid="stMain"] [data-testid="stMarkdownContainer"] table { margin-bottom: 0.6rem; }
.pc :is(th, td), [data-testid="stMain"] [data-testid="stMarkdownContainer"] table :is(th, td) {
  text-align: left; vertical-align: top; padding: 0.35rem 1rem 0.35rem 0; border: 0; }
.pc tr, [data-testid="stMain"] [data-testid="stMarkdownContainer"] table tr { border-bottom: 1px solid #cfc7b8; }
.pc thead th { font-weight: 600; }
.pc tbody th { font-weight: 400; white-space: nowrap; }
.pc caption { text-align: left; color: #4a5a72; padding-bottom: 0.3rem; }
.pc.below caption { caption-side: bottom; padding: 0.6rem 0 0; }
dl.pc-facts { display: flex; flex-wrap: wrap; gap: 0.3rem 2.5rem; margin: 0; padding: 0; }
.pc-facts dt { color: #4a5a72; }
.pc-facts dd { margin: 0; font-weight: 600; }
.pc-links { display: flex; flex-wrap: wrap; gap: 0.6rem; }
a.pc-link { display: inline-flex; align-items: center; min-height: 2.75rem; padding: 0 1rem; border: 1px solid #1f4e9e;
  border-radius: 0.5rem; color: #1f4e9e; text-decoration: none; background: #fff; }
a.pc-link:hover, a.pc-link:focus-visible { background: #e8eef8; }
.pc-lines { margin: 0; padding-left: 1.2rem; line-height: 1.7; }
ol.pc-lines li { margin-bottom: 0.5rem; }
.pc-fold { border-bottom: 1px solid #cfc7b8; }
.pc-fold summary { min-height: 2.5rem; display: flex; align-items: center; gap: 0.6rem; cursor: pointer; }
.pc-fold summary::before { content: "+"; width: 0.8rem; font-weight: 600; }
.pc-fold[open] summary::before { content: "–"; }
.pc-fold[open] { padding-bottom: 0.6rem; }
.pc-fold .pc { margin-left: 1.4rem; width: calc(100% - 1.4rem); }
.pc-fold .pc tr:last-child { border-bottom: 0; }
figure.pc-picture { margin: 0; }
figure.pc-picture img { max-width: 100%; height: auto; }
figure.pc-picture figcaption { color: #10294d; }
</style>
"""


def begin():
    """The look of what follows; once a page."""
    st.html(_STYLE)


def top(person="", *, locks=False):
    """Ways that every page has: the people, the person it is about, a video, and back to practice.

    Parameters
    ----------
    person : str
        Code; may be empty.
    locks : bool
        Whether a passcode is set, so that going back to practice locks these pages.
    """
    about = ((person, f"/person?code={quote(person)}"),) if person else ()
    video = ("Review a video", f"/upload?person={quote(person)}" if person else "/upload")
    back = ("Lock, and back to practice", f"/room/door/leave?token={TOKEN}") if locks else ("Practice", "/")
    ways(("People", "/therapist"), *about, video, back)


def ways(*pairs):
    """Ways to other pages at the top of one, (text, address) each; the last one stands apart, at the right."""
    made = "".join(anchor(*way) for way in pairs)
    st.html(f'<nav class="pc-top" aria-label="Pages">{made}</nav>')


def anchor(text, url):
    """A link within text, as HTML."""
    return f'<a href="{escape(url, quote=True)}">{escape(text)}</a>'


def links(*pairs):
    """Links to other pages, as buttons in a row: (text, address) each."""
    made = "".join(
        f'<a class="pc-link" href="{escape(url, quote=True)}">{escape(text)}</a>' for text, url in pairs
    )
    st.html(f'<div class="pc-links">{made}</div>')


def lines(told, *, numbered=False):
    """Sentences in HTML, one under the other."""
    kind = "ol" if numbered else "ul"
    st.html(f'<{kind} class="pc-lines">{"".join(f"<li>{one}</li>" for one in told)}</{kind}>')


def facts(*pairs):
    """Facts in a row: (what, how it is) each."""
    told = "".join(f"<div><dt>{escape(what)}</dt><dd>{escape(how)}</dd></div>" for what, how in pairs)
    st.html(f'<dl class="pc-facts">{told}</dl>')


def table(heads, rows, *, caption="", below=False):
    """A table whose first column names its rows.

    Parameters
    ----------
    heads : sequence of str
    rows : sequence of sequence of str
        HTML.
    caption : str
    below : bool
        Whether the caption stands under the table.
    """
    st.html(_table(heads, rows, caption=caption, below=below))


def folded(heads, tables):
    """Tables under one another, each folded away under its title.

    Parameters
    ----------
    heads : sequence of str
    tables : iterable of (str, rows)
        Title and rows, as of `table`.
    """
    st.html(
        "".join(
            f'<details class="pc-fold"><summary>{escape(title)}</summary>{_table(heads, rows)}</details>'
            for title, rows in tables
        )
    )


def _table(heads, rows, *, caption="", below=False):
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>'
        for first, *others in rows
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    kind = "pc below" if below else "pc"
    return f'<table class="{kind}">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def picture(svg, alt, *, caption="", width=None):
    """An SVG as a picture, told in words to who does not see it."""
    if not svg:
        st.write(f"{alt} The poses of this set cannot be read any more.")
        return
    data = base64.b64encode(svg.encode()).decode()
    size = f' width="{width}"' if width else ""
    told = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    st.html(
        f'<figure class="pc-picture"><img src="data:image/svg+xml;base64,{data}" alt="{escape(alt, quote=True)}"{size}>'
        f"{told}</figure>"
    )
