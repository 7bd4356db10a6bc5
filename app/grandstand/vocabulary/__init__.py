"""Words as data: keys, titles, order, colors. Everybody reads them here; standard library only, Python 3.9 syntax."""
