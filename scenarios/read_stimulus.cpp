#include "scenarios/read_stimulus.hpp"

#include "scenarios/blame.hpp"
#include "traces/idx.hpp"
#include "traces/stimulus.hpp"

namespace sigdel::scenarios {
namespace {

/// A list's item for clip i; what has one item stands for all.
template <class T>
const T& item_for(const std::vector<T>& list, std::size_t i) {
  return list[list.size() == 1 ? 0 : i];
}

traces::Clip clip_of(const StimulusKeys& keys, std::size_t i) {
  return {keys.images[i], item_for(keys.first, i), item_for(keys.frames, i), item_for(keys.stride, i)};
}

/// Whether a list of numbers for channels has none, one for all, or one for each.
void check_channels(const Scenario& scenario, const char* key, std::size_t given, const network::Shape& shape) {
  const std::size_t channels = shape.size() == 3 ? static_cast<std::size_t>(shape.front()) : 1;
  if (given > 1 && given != channels) {
    fail("{}: {}: {} numbers; the input of {} has {} channels ({}); write one for each, or one for all",
         scenario.place_of(key), key, given, scenario.network.file, channels, network::to_string(shape));
  }
}

void check_order(const Scenario& scenario, const network::Shape& shape) {
  const traces::ChannelOrder order = scenario.stimulus.pictures.order;
  const auto channels = static_cast<std::int64_t>(traces::channels_of(order));
  if (order != traces::ChannelOrder::kAuto && (shape.size() != 3 || shape.front() != channels)) {
    fail("{}: stimulus.channel_order: {} makes frames of {} channels, rows and columns; the input of {} is {}",
         scenario.place_of("stimulus.channel_order"), name_of(order), channels, scenario.network.file,
         network::to_string(shape));
  }
}

void check_labels(const Scenario& scenario, const network::Graph& graph, const traces::Frames& frames) {
  const auto classes = static_cast<std::size_t>(network::element_count(graph.output_shape()));
  for (std::size_t i = 0; i < frames.labels.size(); ++i) {
    if (frames.labels[i] >= classes) {
      fail("{}: stimulus.labels: the label of frame {} is {}; {} has {} outputs, so labels are 0 to {}",
           scenario.place_of("stimulus.labels"), i, frames.labels[i], scenario.network.file, classes, classes - 1);
    }
  }
}

traces::Frames ordered(const Scenario& scenario, traces::Frames frames) {
  switch (scenario.stimulus.order) {
    case traces::Order::kTemporal:
      return blaming(scenario, {"stimulus.order"},
                     [&] { return traces::in_order(frames, traces::temporal_order(frames)); });
    case traces::Order::kShuffled:
      return traces::in_order(frames, traces::shuffled_order(frames.count, scenario.stimulus.order_seed));
    default:
      return frames;
  }
}

}  // namespace

void check_stimulus_keys(const Scenario& scenario, Problems& problems) {
  const StimulusKeys& keys = scenario.stimulus;
  const std::size_t clips = keys.images.size();
  const auto check_length = [&](const char* key, std::size_t items, bool one_for_all) {
    if (items != clips && !(one_for_all && items == 1)) {
      problems.add(scenario.place_of(key), key,
                   fmt::format("{} given for {} clips of stimulus.images; write one for each{}", items, clips,
                               one_for_all ? ", or one for all" : ""));
    }
  };
  check_length("stimulus.first", keys.first.size(), true);
  check_length("stimulus.frames", keys.frames.size(), true);
  check_length("stimulus.stride", keys.stride.size(), true);
  if (!keys.labels.empty()) {
    check_length("stimulus.labels", keys.labels.size(), false);
  }
  if (!keys.values.mean.empty() && keys.values.divide.empty()) {
    problems.add(scenario.place_of("stimulus.mean"), "stimulus.mean",
                 "needs stimulus.divide too; write divide: 1 for a network that takes grey levels of 0 to 255");
  }
  if (keys.pictures.shorter_side != 0 && keys.pictures.crop == traces::Crop::kNone) {
    problems.add(scenario.place_of("stimulus.shorter_side"), "stimulus.shorter_side",
                 "only a picture that is cut has one; write stimulus.crop: centre");
  }
}

traces::Frames read_stimulus(const Scenario& scenario, const network::Graph& graph,
                             const traces::ReadProgress& progress) {
  const StimulusKeys& keys = scenario.stimulus;
  check_order(scenario, graph.input_shape());
  check_channels(scenario, "stimulus.mean", keys.values.mean.size(), graph.input_shape());
  check_channels(scenario, "stimulus.divide", keys.values.divide.size(), graph.input_shape());
  traces::Frames frames(graph.input_shape(), keys.values);
  const traces::Noise noise(keys.noise_sigma, keys.noise_seed);
  traces::FrameSink sink(frames, noise, scenario.network.file, progress);
  for (std::size_t i = 0; i < keys.images.size(); ++i) {
    const traces::Clip clip = clip_of(keys, i);
    const traces::ClipRead read = blaming(scenario, {"stimulus.images"},
                                          [&] { return traces::read_clip(clip, keys.pictures, sink, keys.npy_axes); });
    if (!keys.labels.empty()) {
      const auto labels = blaming(scenario, {"stimulus.labels"}, [&] {
        return traces::read_labels(keys.labels[i], clip, read.frames, read.available);
      });
      frames.labels.insert(frames.labels.end(), labels.begin(), labels.end());
    }
  }
  check_labels(scenario, graph, frames);
  return ordered(scenario, std::move(frames));
}

}  // namespace sigdel::scenarios
