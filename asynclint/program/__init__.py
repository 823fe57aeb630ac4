"""From facts to observations: what names mean, what calls what, and which chains of calls block the loop."""
