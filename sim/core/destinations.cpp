#include "sim/core/destinations.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <stdexcept>

namespace sigdel::sim {
namespace {

using ReaderSet = std::vector<std::uint32_t>;

/// Numbers the different sets of readers that the coordinates along an axis reach; `sets` gets each once.
template <class Reaches>
std::vector<std::uint16_t> classes_of(std::uint32_t extent, std::size_t readers, const Reaches& reaches,
                                      std::vector<ReaderSet>& sets) {
  std::vector<std::uint16_t> classes(extent);
  std::map<ReaderSet, std::uint16_t> known;
  for (std::uint32_t at = 0; at < extent; ++at) {
    ReaderSet set;
    for (std::uint32_t reader = 0; reader < readers; ++reader) {
      if (reaches(reader, at)) {
        set.push_back(reader);
      }
    }
    const auto [entry, is_new] = known.try_emplace(std::move(set), static_cast<std::uint16_t>(sets.size()));
    if (is_new) {
      sets.push_back(entry->first);
    }
    classes[at] = entry->second;
  }
  return classes;
}

ReaderSet both(const ReaderSet& a, const ReaderSet& b) {
  ReaderSet result;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(result));
  return result;
}

}  // namespace

Destinations::Destinations(const network::Volume& shape, std::vector<Reader> readers, std::uint32_t spike_bits)
    : shape_(shape), spike_bits_(spike_bits), readers_(std::move(readers)) {
  for (const Reader& reader : readers_) {
    const auto known = std::find(targets_.begin(), targets_.end(), reader.endpoint);
    target_of_.push_back(static_cast<std::uint16_t>(known - targets_.begin()));
    if (known == targets_.end()) {
      targets_.push_back(reader.endpoint);
    }
  }
  const auto has = [&](std::uint32_t reader, const auto& reaches) {
    const Reader& each = readers_[reader];
    return each.synapses == nullptr || reaches(each.synapses->projection(), each.sums);
  };
  std::vector<ReaderSet> rows;
  std::vector<ReaderSet> columns;
  std::vector<ReaderSet> channels;
  const std::size_t count = readers_.size();
  row_class_ = classes_of(
      shape.rows, count,
      [&](std::uint32_t reader, std::uint32_t row) {
        return has(reader, [&](const auto& map, const network::Box& box) { return map.reaches_row(row, box.rows); });
      },
      rows);
  column_class_ = classes_of(
      shape.columns, count,
      [&](std::uint32_t reader, std::uint32_t column) {
        return has(reader,
                   [&](const auto& map, const network::Box& box) { return map.reaches_column(column, box.columns); });
      },
      columns);
  channel_class_ = classes_of(
      shape.channels, count,
      [&](std::uint32_t reader, std::uint32_t channel) {
        return has(reader, [&](const auto& map, const network::Box& box) {
          return map.channels_of(channel, box.channels).size() > 0;
        });
      },
      channels);
  add_groups(rows, columns, channels);
  if (groups_.size() == 1) {
    std::vector<std::uint16_t>().swap(channel_class_);  // as long as a vector, and not needed
  }
}

void Destinations::add_groups(std::span<const ReaderSet> rows, std::span<const ReaderSet> columns,
                              std::span<const ReaderSet> channels) {
  column_classes_ = columns.size();
  channel_classes_ = channels.size();
  std::map<std::vector<std::uint16_t>, std::uint16_t> known;
  for (const ReaderSet& row : rows) {
    for (const ReaderSet& column : columns) {
      const ReaderSet pixel = both(row, column);
      for (const ReaderSet& channel : channels) {
        Group group = group_of_readers(both(pixel, channel));
        const auto [entry, is_new] = known.try_emplace(group.targets, static_cast<std::uint16_t>(groups_.size()));
        if (is_new) {
          groups_.push_back(std::move(group));
        }
        group_.push_back(entry->second);
      }
    }
  }
  if (groups_.size() > kMostGroups) {
    throw std::logic_error("a tensor's spikes go to more different sets of cores than a packet can name");
  }
}

Group Destinations::group_of_readers(const ReaderSet& readers) const {
  Group group;
  std::transform(readers.begin(), readers.end(), std::back_inserter(group.targets),
                 [&](std::uint32_t reader) { return target_of_[reader]; });
  std::sort(group.targets.begin(), group.targets.end());
  group.targets.erase(std::unique(group.targets.begin(), group.targets.end()), group.targets.end());
  for (const std::uint16_t target : group.targets) {
    group.readers += static_cast<std::uint32_t>(std::count(target_of_.begin(), target_of_.end(), target));
  }
  return group;
}

}  // namespace sigdel::sim
