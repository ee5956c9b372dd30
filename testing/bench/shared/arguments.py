"""What may stand behind an option."""

import argparse


def among(known):
    """Names from this list, separated by commas; returned in the list's order."""
    def parse(text):
        names = [name.strip() for name in text.split(",") if name.strip()]
        strangers = [name for name in names if name not in known]
        if strangers or not names:
            raise argparse.ArgumentTypeError(f"{', '.join(strangers) or 'nothing'} is not among {', '.join(known)}")
        return [name for name in known if name in names]
    return parse
