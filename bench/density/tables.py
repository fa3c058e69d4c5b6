"""tables — the rows of density for people: a Markdown table and bars in SVG."""
from xml.sax.saxutils import escape

VERDICTS = {True: "met", False: "**missed**", None: "not counted"}
COLOURS = {"node": "#2a6f97", "floor": "#a9b4c2"}


def number(value, digits=1):
    return "–" if value is None else f"{value:,.{digits}f}"


def first(row, section, name, digits=1):
    values = [run.get(section, {}).get(name) for run in row["runs"]["node"]]
    values = [value for value in values if value is not None]
    return number(max(values), digits) if values else "–"


def markdown(rows, heading=True):
    """One line for each row; latencies and shares are the worst of the runs, costs their median."""
    text = ""
    if heading:
        text = ("| case | I/O | node, µs per leg-s | floor | ratio | latency p99, ms | worker, % | "
                "slot late p99.9, µs | INVITE→200 p99, ms | KiB per leg | targets |\n"
                "| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --- |\n")
    for row in rows:
        latency = row["runs"]["node"][0].get("media", {}).get("latency_us_p99")
        setup = row["runs"]["node"][0]["calls"]["invite_to_200_us_p99"]
        verdicts = "; ".join(f"{VERDICTS[verdict['met']]}: {verdict['target']}" for verdict in row["verdicts"])
        remarks = [*row["faults"][:3], *(["generator too slow"] if row["too_slow"] else [])]
        text += (f"| {row['title']} | {row['io']} | {number(row['node_us_per_leg_second'])} | "
                 f"{number(row['floor_us_per_leg_second'])} | {number(row['ratio'], 2)} | "
                 f"{number(latency / 1000 if latency else None, 2)} | "
                 f"{first(row, 'server', 'thread_worker-0_cpu_percent')} | "
                 f"{number(max(run['slot_lateness_us_p999'] for run in row['runs']['node']), 0)} | "
                 f"{number(setup / 1000, 2)} | "
                 f"{first(row, 'server', 'rss_kb_per_leg_after_100')} | {verdicts}"
                 f"{' (' + '; '.join(remarks) + ')' if remarks else ''} |\n")
    return text


def empty_rooms(measured):
    """A sentence on the rooms nobody is in."""
    asleep, awake = measured["asleep_percent"], measured["awake_percent"]
    return (f"\n{measured['rooms']:,} empty rooms, {measured['bytes_per_room']} bytes each: an idle worker takes "
            f"{asleep[1]:.2f} % of its core with them and {asleep[0]:.2f} % without, one awake in every slot "
            f"{awake[1]:.2f} % and {awake[0]:.2f} %.\n")


def svg(rows, caption):
    """Horizontal bars: the node's cost above that of floor, for each row that has both."""
    rows = [row for row in rows if row["floor_us_per_leg_second"] and row["node_us_per_leg_second"]]
    widest = max([row[f"{who}_us_per_leg_second"] for row in rows for who in COLOURS], default=1)
    left, bar, width, top = 330, 14, 420, 56
    height = top + len(rows) * 44 + 20
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 120}" height="{height}" '
             'font-family="sans-serif" font-size="12">',
             f'<rect width="100%" height="100%" fill="white"/><text x="10" y="20" font-size="15">'
             'Worker CPU, µs per leg and second (node above, floor below)</text>',
             f'<text x="10" y="38" fill="#666">{escape(caption)}</text>']
    for index, row in enumerate(rows):
        y = top + index * 44
        parts.append(f'<text x="{left - 10}" y="{y + 18}" text-anchor="end">{escape(row["title"])}, {row["io"]}</text>')
        for line, who in enumerate(COLOURS):
            cost = row[f"{who}_us_per_leg_second"]
            length = width * cost / widest
            label = number(cost) + (f" ({row['ratio']:.2f} × floor)" if who == "node" else "")
            parts.append(f'<rect x="{left}" y="{y + line * 17}" width="{length:.1f}" height="{bar}" '
                         f'fill="{COLOURS[who]}"/>'
                         f'<text x="{left + length + 6:.1f}" y="{y + line * 17 + 11}">{label}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
