#include "sim/core/result_io.hpp"

#include <cstring>
#include <stdexcept>
#include <type_traits>

namespace sigdel::sim {
namespace {

template <class T>
concept Plain = std::is_trivially_copyable_v<T>;

class ByteWriter {
 public:
  void raw(const void* data, std::size_t size) { bytes_.append(static_cast<const char*>(data), size); }
  template <Plain T>
  void operator()(T& value) {
    raw(&value, sizeof value);
  }
  template <class T>
  void sequence(T& values) {
    auto size = static_cast<std::uint64_t>(values.size());
    (*this)(size);
    if constexpr (Plain<typename T::value_type>) {
      raw(values.data(), values.size() * sizeof(typename T::value_type));
    } else {
      for (auto& value : values) {
        fields(*this, value);
      }
    }
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : left_(bytes) {}
  void raw(void* data, std::size_t size) {
    if (size > left_.size()) {
      throw std::runtime_error("a worker's result is cut short");
    }
    if (size != 0) {
      std::memcpy(data, left_.data(), size);
    }
    left_.remove_prefix(size);
  }
  template <Plain T>
  void operator()(T& value) {
    raw(&value, sizeof value);
  }
  template <class T>
  void sequence(T& values) {
    std::uint64_t size = 0;
    (*this)(size);
    if (size > left_.size()) {
      throw std::runtime_error("a worker's result is cut short");
    }
    values.resize(size);
    if constexpr (Plain<typename T::value_type>) {
      raw(values.data(), size * sizeof(typename T::value_type));
    } else {
      for (auto& value : values) {
        fields(*this, value);
      }
    }
  }
  [[nodiscard]] bool done() const { return left_.empty(); }

 private:
  std::string_view left_;
};

// Every field once, for both directions.
template <class Archive>
void fields(Archive& archive, LayerResult& layer) {
  archive.sequence(layer.name);
  archive(layer.cores);
  archive(layer.source);
  archive(layer.counts);
}

template <class Archive>
void fields(Archive& archive, CoreResult& core) {
  archive.sequence(core.name);
  archive(core.cycles);
}

template <class Archive>
void fields(Archive& archive, ActivityRecord& record) {
  archive.sequence(record.block);
  archive.sequence(record.layer);
  archive(record.action);
  archive(record.bits);
  archive(record.memory_bytes);
  archive(record.count);
}

template <class Archive>
void fields(Archive& archive, RunResult& result) {
  archive(result.total);
  archive(result.powered);
  archive.sequence(result.frames);
  archive.sequence(result.outputs);
  archive(result.host);
  archive.sequence(result.layers);
  archive.sequence(result.cores);
  archive(result.traffic);
  archive.sequence(result.activity);
  archive.sequence(result.activity_8bit);
  archive(result.activity_hash);
}

}  // namespace

std::string to_bytes(const RunResult& result) {
  ByteWriter writer;
  RunResult copy = result;
  fields(writer, copy);
  return writer.take();
}

RunResult from_bytes(std::string_view bytes) {
  ByteReader reader(bytes);
  RunResult result;
  fields(reader, result);
  if (!reader.done()) {
    throw std::runtime_error("a worker's result has bytes too many");
  }
  return result;
}

}  // namespace sigdel::sim
