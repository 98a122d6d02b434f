#include "scenarios/key_groups.hpp"

namespace sigdel::scenarios {
namespace {

std::vector<Key> source_keys() {
  return {
      {.path = "stimulus.images",
       .item = Item::kFile,
       .list = kOneOrMore,
       .need = Need::kRequired,
       .meaning = "the frames: IDX, .npy, video and picture files, one clip after another; a name with `*`, `?` or `[` "
                  "stands for all files that it matches, which make one clip",
       .field = at([](auto& s) -> auto& { return s.stimulus.images; })},
      {.path = "stimulus.labels",
       .item = Item::kFile,
       .list = kOneOrMore,
       .derived = "none",
       .meaning = "the frames' classes, an IDX file for each clip; without them no class error is reported",
       .field = at([](auto& s) -> auto& { return s.stimulus.labels; })},
      {.path = "stimulus.first",
       .limits = {0, kMaxIndex},
       .list = kOneOrMore,
       .unit = "frames",
       .meaning = "the first frame to use of each clip's file, counted from 0",
       .field = at([](auto& s) -> auto& { return s.stimulus.first; })},
      {.path = "stimulus.frames",
       .limits = {0, kMaxIndex},
       .list = kOneOrMore,
       .unit = "frames",
       .meaning = "how many frames to use of each clip's file; 0: all from the first on",
       .field = at([](auto& s) -> auto& { return s.stimulus.frames; })},
      {.path = "stimulus.stride",
       .limits = {1, kMaxIndex},
       .list = kOneOrMore,
       .unit = "frames",
       .meaning = "from one frame that is used to the next; 1: every frame",
       .field = at([](auto& s) -> auto& { return s.stimulus.stride; })},
      {.path = "stimulus.order",
       .item = Item::kChoice,
       .choices = names_of<traces::Order>(),
       .meaning = "in which the frames of all clips are shown, their labels with them; `temporal`: after each one the "
                  "most similar of a buffer of 1000",
       .field = at([](auto& s) -> auto& { return s.stimulus.order; })},
      {.path = "stimulus.order_seed",
       .limits = {0, kMaxIndex},
       .meaning = "tells one `shuffled` order from another",
       .field = at([](auto& s) -> auto& { return s.stimulus.order_seed; })},
  };
}

std::vector<Key> picture_keys() {
  return {
      {.path = "stimulus.channel_order",
       .item = Item::kChoice,
       .choices = names_of<traces::ChannelOrder>(),
       .meaning = "what the channels of a frame from a video or picture are; `auto`: rgb for three, grey for one",
       .field = at([](auto& s) -> auto& { return s.stimulus.pictures.order; })},
      {.path = "stimulus.resize",
       .item = Item::kChoice,
       .choices = names_of<traces::Resize>(),
       .meaning = "how a video or picture gets the size of the network's input: mean over the area of a pixel, between "
                  "2 x 2 or from 4 x 4 pixels around its centre, or as `ffmpeg -vf scale=flags=area`",
       .field = at([](auto& s) -> auto& { return s.stimulus.pictures.resize; })},
      {.path = "stimulus.crop",
       .item = Item::kChoice,
       .choices = names_of<traces::Crop>(),
       .meaning = "`none`: the whole picture is resized, whatever its proportions; `centre`: it keeps them, and its "
                  "middle is cut out",
       .field = at([](auto& s) -> auto& { return s.stimulus.pictures.crop; })},
      {.path = "stimulus.shorter_side",
       .limits = {0, 65536},
       .unit = "pixels",
       .meaning = "with `crop: centre`: shorter side of the picture before the cut; 0: as small as covers the input",
       .field = at([](auto& s) -> auto& { return s.stimulus.pictures.shorter_side; })},
  };
}

std::vector<Key> value_keys() {
  return {
      {.path = "stimulus.npy_axes",
       .item = Item::kChoice,
       .choices = names_of<traces::NpyAxes>(),
       .meaning = "axes of .npy files: the frames first, or as Lava has them: columns, rows, channels, frames",
       .field = at([](auto& s) -> auto& { return s.stimulus.npy_axes; })},
      {.path = "stimulus.noise.sigma",
       .item = Item::kReal,
       .limits = {0, 255},
       .unit = "grey levels",
       .meaning = "normally distributed noise, rounded and clamped to a byte, on every byte of a frame, in front of "
                  "`mean` and `divide`; other noise in every frame; 0: none",
       .field = at([](auto& s) -> auto& { return s.stimulus.noise_sigma; })},
      {.path = "stimulus.noise.seed",
       .limits = {0, kMaxIndex},
       .meaning = "tells one noise from another",
       .field = at([](auto& s) -> auto& { return s.stimulus.noise_seed; })},
      {.path = "stimulus.mean",
       .item = Item::kReal,
       .limits = {0, 1e6},
       .list = kOneOrMore,
       .derived = "0",
       .meaning =
           "subtracted from every value of a frame, one number for all channels or one for each, in the order of "
           "the frame's channels; asks for `stimulus.divide`",
       .field = at([](auto& s) -> auto& { return s.stimulus.values.mean; })},
      {.path = "stimulus.divide",
       .item = Item::kReal,
       .limits = {1e-6, 1e6},
       .list = kOneOrMore,
       .derived = "255 for bytes, 1 for .npy files of floats",
       .meaning = "what values are divided by after that, one number for all channels or one for each; 1: bytes stay "
                  "0 to 255",
       .field = at([](auto& s) -> auto& { return s.stimulus.values.divide; })},
      {.path = "stimulus.steps",
       .limits = {0, 1 << 20},
       .meaning =
           "values are then cut to multiples of 1 over this, toward zero; 64: what lava-dl's input layer makes of "
           "them; 0: not",
       .field = at([](auto& s) -> auto& { return s.stimulus.values.steps; })},
      {.path = "stimulus.standardise",
       .item = Item::kChoice,
       .choices = names_of<traces::Standardise>(),
       .meaning = "`frame`: at last a frame's values get mean 0 and variance 1",
       .field = at([](auto& s) -> auto& { return s.stimulus.values.standardise; })},
  };
}

}  // namespace

std::vector<Key> stimulus_keys() {
  std::vector<Key> all;
  for (const auto& part : {source_keys(), picture_keys(), value_keys()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace sigdel::scenarios
