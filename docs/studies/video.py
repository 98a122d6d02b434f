"""Runs the video studies and writes their tables, data and pictures anew: docs/studies/video-NAME.md and what it shows.

run, in the source folder: /usr/bin/python3 docs/studies/video.py [NAME ...] [--check]    (needs python3-numpy, gnuplot-nox)
NAME: digits, squeezenet, vgg; without one, all whose networks and clips are there. --check writes nothing, draws nothing and fails if a
table or data file would change. SIGDEL: the program to run (default ./sigdel). SIGDEL_DATA: the folder that holds nets/ and
video/ for the networks that are not part of the project (default: shared/data beside the checkout).
"""
import dataclasses
import os
import pathlib
import sys

import study
import video_data
import video_pictures

DATA = pathlib.Path(os.environ.get("SIGDEL_DATA", study.SOURCE.parent / "shared" / "data"))
NOISE = "stimulus.noise.sigma=2"  # grey levels


@dataclasses.dataclass(frozen=True)
class Study:
    """One network and its clip: half of the frames before the splice, half behind."""

    factors: tuple  # scale factors of the line search
    classes: bool  # whether its outputs are classes: else there is no agreement, only an error
    network: str = ""  # under DATA; empty: the scenario's own files
    clips: tuple = ()
    mesh: str = ""  # another scenario of it, on a machine
    pictures: str = ""  # an IDX file of the frames, to be shown on the page

    def overrides(self, times=1):
        """Return the keys that say where files outside the project are; scenarios may read the clips several times."""
        if not self.network:
            return []
        clips = ", ".join(str(DATA / clip) for clip in times * self.clips)
        return [f"network.file={DATA / self.network}", f"stimulus.images=[{clips}]"]

    def is_there(self):
        """Return whether all its files are."""
        return all((DATA / name).is_file() for name in (self.network, *self.clips) if name)


CLIPS = ("video/intel_bottle-detection.mp4", "video/solidWhiteRight.mp4")
STUDIES = {
    "digits": Study((0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6, 8), classes=True, mesh="digits-mesh",
                    pictures="scenarios/data/digits-clip-200-images.idx3-ubyte"),
    "squeezenet": Study((4, 8, 16, 32), classes=True, network="nets/squeezenet_v1.0.onnx", clips=CLIPS),
    "vgg": Study((2, 4, 8), classes=False, network="nets/vgg19_blocks123.onnx", clips=CLIPS),
}


def run(name, *overrides, scenario=""):
    """Run a study's scenario, or another one of it, with keys changed; return its video_data.Run."""
    with study.run(f"scenarios/video/{scenario or name}.yaml", *STUDIES[name].overrides(), *overrides) as folder:
        return video_data.Run(folder)


def make(name):
    """Return what a study's files are to hold: {path: text}."""
    clean, noisy = run(name), run(name, NOISE)
    of_family = "modes=[rounding, sigma-delta]"
    runs = {factor: run(name, f"scale_factor={factor}", of_family) for factor in STUDIES[name].factors}
    mesh = run(name, scenario=STUDIES[name].mesh) if STUDIES[name].mesh else None
    figures = (clean, noisy, runs, mesh, STUDIES[name].classes)
    made = {study.HERE / f"video-{name}-{panel}.csv": video_data.as_csv(rows)
            for panel, rows in video_data.panels(*figures).items()}
    page = study.HERE / f"video-{name}.md"
    made[page] = study.with_tables(page.read_text(), video_data.tables(*figures))
    return made


def main(arguments):
    """Make the studies that are asked for, or compare them."""
    names, check = study.wanted(arguments, STUDIES)
    for name in names or [name for name, of in STUDIES.items() if of.is_there()]:
        study.write(make(name), check, f"video.py {name}")
        if not check:
            of = STUDIES[name]
            video_pictures.draw(study.HERE, f"video-{name}", of.classes, bool(of.mesh), of.pictures and study.SOURCE / of.pictures)


if __name__ == "__main__":
    main(sys.argv[1:])
