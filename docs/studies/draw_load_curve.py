"""Draws latency-and-load.svg from latency-and-load.csv, with no library: draw_load_curve.py CSV SVG."""
import csv
import sys

BOUND = 0.5  # 4 / k
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 400, 60, 60, 20, 50
MOST_LOAD, MOST_LATENCY = 0.6, 40


def x_of(load):
    return LEFT + load / MOST_LOAD * (WIDTH - LEFT - RIGHT)


def y_of(share):
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def curve(points, colour):
    path = " ".join(f"{x_of(x):.1f},{y_of(y):.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x_of(x):.1f}" cy="{y_of(y):.1f}" r="2.5" fill="{colour}"/>\n' for x, y in points if y <= 1)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5" clip-path="url(#plot)"/>\n' + dots


def text(x, y, words, anchor="middle", colour="black", turn=None):
    turned = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{turned}>{words}</text>\n'


def main(source, target):
    with open(source, encoding="utf-8") as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    blue, red = "#1f4e9c", "#b03020"
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">\n',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n',
           f'<clipPath id="plot"><rect x="{LEFT}" y="{TOP}" width="{right - LEFT}" height="{bottom - TOP}"/></clipPath>\n',
           f'<rect x="{LEFT}" y="{TOP}" width="{right - LEFT}" height="{bottom - TOP}" fill="none" stroke="black"/>\n']
    for tenth in range(7):
        out.append(text(x_of(tenth / 10), bottom + 18, f"{tenth / 10:.1f}"))
        out.append(text(right + 6, y_of(tenth / 6) + 4, f"{tenth / 10:.1f}", "start", red))
    for latency in range(0, MOST_LATENCY + 1, 10):
        out.append(text(LEFT - 6, y_of(latency / MOST_LATENCY) + 4, str(latency), "end", blue))
    out.append(f'<line x1="{x_of(BOUND):.1f}" y1="{TOP}" x2="{x_of(BOUND):.1f}" y2="{bottom}" stroke="grey" stroke-dasharray="4 3"/>\n')
    out.append(text(x_of(BOUND) - 4, TOP + 14, "bisection bound", "end", "grey"))
    out.append(curve([(row["offered"], row["latency"] / MOST_LATENCY) for row in rows], blue))
    out.append(curve([(row["offered"], row["accepted"] / MOST_LOAD) for row in rows], red))
    out.append(text((LEFT + right) / 2, HEIGHT - 12, "offered load, flits per node and cycle"))
    out.append(text(16, (TOP + bottom) / 2, "mean latency, cycles", colour=blue, turn=-90))
    out.append(text(WIDTH - 14, (TOP + bottom) / 2, "accepted load, flits per node and cycle", colour=red, turn=90))
    out.append("</svg>\n")
    with open(target, "w", encoding="utf-8") as file:
        file.write("".join(out))


if __name__ == "__main__":
    main(*sys.argv[1:])
