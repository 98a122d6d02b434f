"""The clips' frames: digits that move over a background that stands still and then over one that moves too."""
import numpy as np

import scene

SEEDS = {"t10k": 3, "train": 4}  # of the clip that is shown, and of that which scales are tuned on
FRAMES_PER_DIGIT = 20
CLASSES = 10
INK = 0.95
PAN_SPEED = 0.7  # pixels a frame
PAN_PERIOD = 160  # frames in which the pan turns once around


def choose_digits(rng, labels, count):
    """Return `count` different digits: all classes, in a random order, before any comes again."""
    of_class = [rng.permutation(np.flatnonzero(labels == c)) for c in range(CLASSES)]
    chosen = [of_class[c][turn] for turn in range(-(-count // CLASSES)) for c in rng.permutation(CLASSES)]
    return np.array(chosen[:count])


def swing(time, middle, reach, period, phase):
    """Return a sine of `time` (n,) about `middle`: the smooth path of everything that moves."""
    return middle + reach * np.sin(2 * np.pi * (time / period + phase))


def make_clip(digits, labels, frames_per_part, split="t10k"):
    """Return (frames, uint8 (2 frames_per_part, 48, 48), labels, indices of the digits shown) of digits (n, 784)."""
    rng = np.random.default_rng(SEEDS[split])
    time = np.arange(2 * frames_per_part)
    shown = choose_digits(rng, labels, -(-len(time) // FRAMES_PER_DIGIT))
    still, moving = (scene.background(rng) for _ in range(2))
    start = rng.uniform(0, scene.WORLD_SIDE, (2, 2))
    heading = 2 * np.pi * (time / PAN_PERIOD + rng.uniform())
    path = start[1] + np.cumsum(PAN_SPEED * np.stack([np.sin(heading), np.cos(heading)], axis=1), axis=0)
    views = np.stack([scene.view(still, *start[0]) if t < frames_per_part else scene.view(moving, *path[t]) for t in time])
    middle = (scene.SIDE - 1) / 2
    centres = np.stack([swing(time, middle, 8, 70, rng.uniform()), swing(time, middle, 8, 90, rng.uniform())], axis=1)
    scales = swing(time, 1.15, 0.12, 110, rng.uniform())
    of_frame = shown[time // FRAMES_PER_DIGIT]
    frames = scene.compose(views, digits[of_frame], centres, scales, np.full(len(time), INK))
    return scene.to_bytes(frames), labels[of_frame], shown


def motion(frames):
    """Return what changes between neighbours of frames, uint8 (n, 48, 48), in percent."""
    change = np.abs(np.diff(frames.astype(np.int16), axis=0))
    return {
        "mean_absolute_difference_percent": round(100 * float(change.mean()) / 255, 3),
        "pixels_that_change_percent": round(100 * float(np.count_nonzero(change)) / change.size, 2),
    }
