"""Cards on paper: from `Card` values to the four PDFs of a batch's ZIP (docs/contract.md §8).

`sheets` decides which card lies on which page, `layout` what stands on a card and how large, `render` makes a
PDF of some pages, and `pdf_joining` joins such PDFs. Card layouts (what a kind of card shows, in millimetres
and points), label sheets, the style of the page and the languages of cards are data in `templates/cards/`.
"""
