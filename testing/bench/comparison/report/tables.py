"""Tables of a run, as text for a terminal or as Markdown."""

YARDSTICK = "pgbouncer"


def table(section, samples):
    """Header and rows of one section: a row for each load and peer."""
    header = ["load", "peer"]
    for column in section.METRICS:
        header.append(column.title)
        if column.ratio:
            header.append("÷ PgBouncer")
    rows = []
    for load in samples.loads(section.NAME):
        for peer in _in_order(samples.peers(section.NAME, load)):
            row = [load, peer]
            for column in section.METRICS:
                row.append(cell(samples.summary(section.NAME, load, peer, column.metric), column))
                if column.ratio:
                    ratio = samples.ratio(section.NAME, load, peer, column.metric, YARDSTICK)
                    row.append("–" if ratio is None or peer == YARDSTICK else f"{ratio.median:.2f}")
            rows.append(row)
    return header, rows


def as_text(header, rows):
    widths = [max(len(row[at]) for row in [header, *rows]) for at in range(len(header))]
    lines = [_line(header, widths), "  ".join("-" * width for width in widths)]
    return "\n".join(lines + [_line(row, widths) for row in rows])


def as_markdown(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|---|---|" + "---:|" * (len(header) - 2)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def _line(row, widths):
    return "  ".join(
        cell.ljust(width) if at < 2 else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(row, widths))).rstrip()


def cell(summary, column):
    if summary is None:
        return "–"
    figure = f"{summary.median:,.{column.decimals}f}"
    if column.spread and summary.count > 1:
        figure += f" ({summary.least:,.{column.decimals}f}–{summary.most:,.{column.decimals}f})"
    return figure


def _in_order(peers):
    order = ["direct", YARDSTICK, "haproxy", "reveille", "reveille-pooler"]
    return sorted(peers, key=order.index)
