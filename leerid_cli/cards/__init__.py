"""Cards on paper: from `Card` values to the four PDFs of a bundle (contract §8).

`sheets` says which card lies where, `card layouts` what stands on a card and how large, `render` makes
PDF. A card layout (what a kind of card shows, in millimetres and points) and the style are data below
`templates/cards/`.
"""
