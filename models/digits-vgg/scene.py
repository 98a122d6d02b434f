"""Frames of 48 x 48 grey levels: an MNIST digit, moved and scaled, over a textured background.

Training frames and the clip come from here; only the digits and the seeds differ. Grey levels are float32 0..1 until
`to_bytes`. All positions are in pixels and may have fractions, so that things move smoothly.
"""
import numpy as np

SIDE = 48  # pixels of a frame
DIGIT_SIDE = 28
WORLD_SIDE = 256  # pixels of a background, which repeats beyond its edges
DARK, BRIGHT = 0.05, 0.6  # grey levels of backgrounds
FAINTEST_INK = 0.75


def background(rng):
    """Return a background, float32 (256, 256): a smooth random field with discs, stripes and boxes on it."""
    field = smooth_field(rng, WORLD_SIDE)
    rows, columns = np.indices(field.shape)
    for _ in range(40):
        y, x = ((axis - centre + WORLD_SIDE // 2) % WORLD_SIDE - WORLD_SIDE // 2
                for axis, centre in zip((rows, columns), rng.integers(WORLD_SIDE, size=2)))
        half_height, half_width = rng.uniform(2, 14, 2)
        kind = rng.integers(3)
        if kind == 0:
            inside = (y / half_height) ** 2 + (x / half_width) ** 2 < 1
        elif kind == 1:
            inside = (np.abs(y) < half_height) & (np.abs(x) < half_width)
        else:
            inside = (np.abs(y) < 20) & (np.abs(x) < 20) & ((y + x) % 8 < 3)
        field[inside] += rng.uniform(-1.5, 1.5)
    low, high = np.percentile(field, (1, 99))
    return (DARK + (BRIGHT - DARK) * np.clip((field - low) / (high - low), 0, 1)).astype(np.float32)


def smooth_field(rng, side):
    """Return noise with a spectrum that falls with the 1.6th power of the frequency: (side, side), variance 1."""
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side))
    frequency[0, 0] = np.inf
    field = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((side, side))) * frequency ** -1.6, (side, side))
    return field / field.std()


def view(world, top, left):
    """Return the frame of `world` whose upper left corner is at (top, left): float32 (48, 48), bilinear."""
    rows, columns = ((int(np.floor(corner)) + np.arange(SIDE + 1)) % WORLD_SIDE for corner in (top, left))
    down, right = np.float32(top % 1), np.float32(left % 1)
    part = world[rows[:, None], columns]
    part = part[:-1] + down * (part[1:] - part[:-1])
    return part[:, :-1] + right * (part[:, 1:] - part[:, :-1])


def interpolation(centres, scales):
    """Return the matrices (n, 48, 28) that stretch a row of a digit by `scales` (n,) and centre it at `centres` (n,)."""
    source = (np.arange(SIDE) - centres[:, None]) / scales[:, None] + (DIGIT_SIDE - 1) / 2
    return np.maximum(0, 1 - np.abs(source[:, :, None] - np.arange(DIGIT_SIDE))).astype(np.float32)


def compose(views, digits, centres, scales, inks):
    """Return frames, float32 (n, 48, 48): on views (n, 48, 48) the digits, uint8 (n, 784).

    centres: (n, 2) row and column of the digit's middle; scales (n,): frame pixels per digit pixel; inks (n,): grey level."""
    cover = digits.reshape(-1, DIGIT_SIDE, DIGIT_SIDE).astype(np.float32) / np.float32(255)
    cover = interpolation(centres[:, 0], scales) @ cover @ interpolation(centres[:, 1], scales).transpose(0, 2, 1)
    return views + cover * (inks.astype(np.float32)[:, None, None] - views)


def random_frames(rng, worlds, digits):
    """Return one frame per digit, float32 (n, 48, 48): every digit at a random place over a random part of `worlds`."""
    count = len(digits)
    choice = rng.integers(len(worlds), size=count)
    corners = rng.uniform(0, WORLD_SIDE, (count, 2))
    views = np.stack([view(worlds[k], top, left) for k, (top, left) in zip(choice, corners)])
    return compose(views, digits, (SIDE - 1) / 2 + rng.uniform(-10, 10, (count, 2)), rng.uniform(0.95, 1.35, count),
                   rng.uniform(FAINTEST_INK, 1, count))


def to_bytes(frames):
    """Return frames 0..1 as a camera gives them: uint8 0..255."""
    return np.rint(frames * 255).astype(np.uint8)


def to_input(frames):
    """Return frames, uint8 (n, 48, 48), as the network takes them: float32 (n, 1, 48, 48), 0..1."""
    return (frames.astype(np.float32) / np.float32(255))[:, None]
