"""How parameters are described to a language model where the words of the API are about addresses, or longer."""

GRAMMAR = {
    "q": 'Words, "phrases", AND OR NOT, -word, brackets, begin*, =exact, and title: lead: headings: body: tag: author: '
    "source: section: language: before any of them.",
    "expand": "How words may match beside their exact form; an empty array for the exact form alone.",
    "search_in": "Fields in which words are looked for that name none; without it all but authors.",
    "tag": "Articles with any of these tags, by name or slug; _none for those without a tag.",
    "tag_all": "Articles with all of these tags.",
    "tag_not": "Articles with none of these tags.",
    "source": "Articles of any of these sources, by name or slug.",
    "section": "Articles of any of these sections (Ressort), by name or slug.",
    "author": "Articles by any of these authors, by name or slug.",
    "language": "Articles in any of these languages, by code, such as de.",
    "from": "Published then or later: 2026, 2026-11, 2026-11-23, 2026-11-23T14:30 (Europe/Berlin unless it names a "
    "zone) or now-7d (h d w m y). Leaves out articles without a date.",
    "to": "Published then or earlier, in the same forms; a day, month or year with its end.",
}
SEARCH = {
    **GRAMMAR,
    "sort": "Order; articles without a date come last in newest and oldest.",
    "recency": "Let new articles rise in the order of relevance; the half-life of their bonus in days, such as 30d.",
}
WITHIN = {**GRAMMAR, **dict.fromkeys(("q", "expand", "search_in", "from", "to"), "As with the tool search.")}
"""For tools that count within a search."""
TAGS = {
    **WITHIN,
    "name": "The beginning of a word of the tag's name. Where none begins so, similar ones are listed, and the answer "
    "says so in `notes`.",
}
