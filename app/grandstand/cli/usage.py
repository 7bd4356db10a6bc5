"""What commands raise for words that are off. Any thread."""


class Usage(ValueError):
    """The command's words are off; the text says how."""
