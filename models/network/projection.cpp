#include "models/network/projection.hpp"

namespace sigdel::network {
namespace {

/// Kernel elements one stride apart meet neighbouring targets, the later element the earlier target: those of one
/// phase are stored behind each other, from the last to the first.
std::vector<std::uint32_t> slots_of(const Window& window, std::size_t axis) {
  const auto kernel = static_cast<std::uint32_t>(window.kernel[axis]);
  const auto stride = static_cast<std::uint32_t>(window.stride[axis]);
  std::vector<std::uint32_t> slots(kernel);
  std::uint32_t base = 0;
  for (std::uint32_t phase = 0; phase < stride && phase < kernel; ++phase) {
    const std::uint32_t count = (kernel - phase - 1) / stride + 1;
    for (std::uint32_t i = 0; i < count; ++i) {
      slots[phase + i * stride] = base + (count - 1 - i);
    }
    base += count;
  }
  return slots;
}

std::vector<Reach> reaches_of(const Window& window, std::size_t axis, std::uint32_t sources, std::uint32_t targets,
                              const std::vector<std::uint32_t>& slots) {
  std::vector<Reach> reaches(sources);
  for (std::uint32_t i = 0; i < sources; ++i) {
    // Target t reads elements t * stride + k - pad for 0 <= k < kernel.
    const std::int64_t padded = i + window.pad_begin[axis];
    const std::int64_t stride = window.stride[axis];
    const std::int64_t before = padded - window.kernel[axis];  // the last target's beginning that is too early
    const std::int64_t begin = before < 0 ? 0 : before / stride + 1;
    const std::int64_t end = std::min<std::int64_t>(padded / stride + 1, targets);
    if (begin < end) {
      reaches[i] = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
                    slots[static_cast<std::size_t>(padded - begin * stride)]};
    }
  }
  return reaches;
}

}  // namespace

Projection::Projection(const Convolved& shape)
    : shape_(shape),
      inputs_per_group_(shape.from.channels / shape.groups),
      outputs_per_group_(shape.to.channels / shape.groups),
      weights_per_input_(static_cast<std::size_t>(shape.window.kernel[0] * shape.window.kernel[1]) *
                         outputs_per_group_),
      is_flat_(shape.from.pixels() == 1 && shape.to.pixels() == 1 && shape.groups == 1 &&
               shape.window.kernel == Window::Pair{1, 1} && shape.window.pad_begin == Window::Pair{0, 0}),
      row_slots_(slots_of(shape.window, 0)),
      column_slots_(slots_of(shape.window, 1)) {
  const auto rows = static_cast<std::uint32_t>(shape.from.rows * shape.repeat[0]);
  const auto columns = static_cast<std::uint32_t>(shape.from.columns * shape.repeat[1]);
  rows_ = reaches_of(shape.window, 0, rows, shape.to.rows, row_slots_);
  columns_ = reaches_of(shape.window, 1, columns, shape.to.columns, column_slots_);
}

std::uint32_t Projection::reached_along(const std::vector<Reach>& reaches, std::uint32_t at, std::int64_t repeat,
                                        const Range& range) {
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < repeat; ++i) {
    sum += reaches[at * static_cast<std::uint32_t>(repeat) + i].within(range).size();
  }
  return sum;
}

std::uint32_t Projection::reached(std::uint32_t row, std::uint32_t column, const Box& box) const {
  return reached_along(rows_, row, shape_.repeat[0], box.rows) *
         reached_along(columns_, column, shape_.repeat[1], box.columns);
}

std::uint64_t Projection::pairs(const Box& box) const {
  const auto along = [](const std::vector<Reach>& reaches, const Range& range) {
    std::uint64_t sum = 0;
    for (const Reach& reach : reaches) {
      sum += reach.within(range).size();
    }
    return sum;
  };
  return along(rows_, box.rows) * along(columns_, box.columns);
}

Box Projection::sources(const Box& box) const {
  const auto along = [](const std::vector<Reach>& reaches, std::int64_t repeat, const Range& range) {
    const auto is_inside = [&](const Reach& reach) { return reach.within(range).size() > 0; };
    const auto first = std::find_if(reaches.begin(), reaches.end(), is_inside);
    if (first == reaches.end()) {
      return Range{};
    }
    const auto last = std::find_if(reaches.rbegin(), reaches.rend(), is_inside).base() - 1;
    return Range{static_cast<std::uint32_t>((first - reaches.begin()) / repeat),
                 static_cast<std::uint32_t>((last - reaches.begin()) / repeat + 1)};
  };
  const std::uint32_t first_group = box.channels.begin / outputs_per_group();
  const std::uint32_t last_group = (box.channels.end - 1) / outputs_per_group();
  return {along(rows_, shape_.repeat[0], box.rows),
          along(columns_, shape_.repeat[1], box.columns),
          {first_group * inputs_per_group(), (last_group + 1) * inputs_per_group()}};
}

std::uint32_t Projection::paper_fan_out(const Position& source) const {
  if (shape_.is_identity) {
    return 0;
  }
  const auto repeat = static_cast<std::uint32_t>(shape_.repeat[0] * shape_.repeat[1]);
  const bool same = shape_.window.stride == Window::Pair{1, 1} &&
                    shape_.from.rows * shape_.repeat[0] == shape_.to.rows &&
                    shape_.from.columns * shape_.repeat[1] == shape_.to.columns;
  if (same) {
    return repeat * outputs_per_group() * static_cast<std::uint32_t>(shape_.window.kernel[0] * shape_.window.kernel[1]);
  }
  return fan_out(source, whole(shape_.to));
}

}  // namespace sigdel::network
