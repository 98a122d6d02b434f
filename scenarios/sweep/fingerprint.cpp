#include "scenarios/sweep/fingerprint.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "models/base/errors.hpp"
#include "scenarios/blame.hpp"
#include "scenarios/keys.hpp"
#include "traces/stimulus.hpp"

namespace sigdel::scenarios {
namespace {

constexpr std::uint64_t kSecondSeed = 0x9ae16a3b2f90404fU;

enum class Part { kNothing, kArithmetic, kActivity, kPrice };

/// What a key changes; those that change no result belong to nothing.
Part part_of(std::string_view path) {
  const auto begins = [&](std::string_view section) { return path.starts_with(section); };
  if (path == "name" || begins("output.") || begins("trace.") || path == "execution" || begins("recording.")) {
    return Part::kNothing;
  }
  if (begins("energy.")) {
    return Part::kPrice;
  }
  return begins("machine.") ? Part::kActivity : Part::kArithmetic;
}

class Hash {
 public:
  void add(std::string_view bytes) {
    first_ = fnv(bytes, first_);
    second_ = fnv(bytes, second_) + (second_ >> 7U);
  }
  [[nodiscard]] std::string text() const { return fmt::format("{:016x}{:016x}", first_, second_); }

 private:
  std::uint64_t first_ = fnv("");
  std::uint64_t second_ = kSecondSeed;
};

}  // namespace

std::uint64_t fnv(std::string_view bytes, std::uint64_t hash) {
  for (const char c : bytes) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return hash;
}

std::string hash_name(const std::string& text) {
  Hash hash;
  hash.add(text);
  return hash.text();
}

std::string hash_of_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::vector<char> buffer(std::size_t{1} << 20U);
  Hash hash;
  errno = 0;
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0) {
    hash.add({buffer.data(), static_cast<std::size_t>(in.gcount())});
  }
  if (!in.eof()) {
    fail("{}: {}", file, std::strerror(errno != 0 ? errno : ENOENT));
  }
  return hash.text();
}

std::string Fingerprints::content_of(const std::string& file) {
  const auto [found, is_new] = contents_.try_emplace(file);
  if (is_new) {
    try {
      for (const std::string& one : traces::files_of(file)) {
        found->second += (found->second.empty() ? "" : "+") + hash_of_file(one);
      }
    } catch (...) {
      contents_.erase(found);
      throw;
    }
  }
  return found->second;
}

std::string Fingerprints::text_of(const Scenario& scenario, const std::string& key_path) {
  const Key& key = *find_key(key_path);
  Value value = key.field.get(scenario);
  for (Scalar& item : value) {
    auto* text = std::get_if<std::string>(&item);
    if (text == nullptr || text->empty() || (key.item != Item::kFile && key.item != Item::kTable)) {
      continue;
    }
    const std::string file = names_file(key, *text) ? *text : fmt::format("{}/{}.yaml", tables_folder_, *text);
    *text = blaming(scenario, {key_path}, [&] { return content_of(file); });
  }
  return value.empty() ? "" : fmt::format("{}: {}\n", key_path, value_text(key, value));
}

Fingerprint Fingerprints::of(const Scenario& scenario) {
  std::array<std::string, 4> parts;
  for (const Key& key : keys()) {
    const Part part = part_of(key.path);
    if (part != Part::kNothing && scenario.concerns(key.path)) {
      parts[static_cast<std::size_t>(part)] += text_of(scenario, std::string(key.path));
    }
  }
  Fingerprint fingerprint;
  fingerprint.arithmetic = fmt::format("{}\n{}", program_, parts[static_cast<std::size_t>(Part::kArithmetic)]);
  fingerprint.activity = fingerprint.arithmetic + parts[static_cast<std::size_t>(Part::kActivity)];
  fingerprint.plan = fingerprint.activity + parts[static_cast<std::size_t>(Part::kPrice)];
  return fingerprint;
}

}  // namespace sigdel::scenarios
