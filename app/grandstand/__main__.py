"""``python -m grandstand``: the same as the command ``grandstand``."""

if __name__ == "__main__":
    from grandstand.cli import main

    raise SystemExit(main())
