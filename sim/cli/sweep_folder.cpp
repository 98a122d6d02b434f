#include "sim/cli/sweep_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "models/base/errors.hpp"
#include "scenarios/output_folder.hpp"
#include "scenarios/sweep/fingerprint.hpp"

namespace sigdel::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;  ///< of points and runs
constexpr const char* kParts[] = {"points", "runs", "recordings"};

[[noreturn]] void throw_error(const std::string& path) {
  throw std::system_error(errno, std::generic_category(), path);
}

/// The file's JSON if it is whole and its fingerprint is that of its name.
std::optional<Json> read_json(const std::string& path, const std::string& name, const char* format) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  const Json json = Json::parse(text.str(), nullptr, false);
  const bool fits = json.is_object() && json.value("format", "") == format && json.value("version", 0) == kVersion &&
                    scenarios::hash_name(json.value("fingerprint", "")) == name;
  return fits ? std::optional(json) : std::nullopt;
}

std::string text_of(const Json& json) { return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"; }

/// The file's lock, as fcntl(2) has it: it ends with the process, and children do not inherit it.
struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

void SweepFolder::make() const {
  scenarios::check_output_folder(path_);
  for (const char* part : kParts) {
    std::error_code error;
    fs::create_directories(in(part), error);
    if (error) {
      fail("{}: {}", in(part), error.message());
    }
  }
}

void SweepFolder::lock() const { take_lock(".lock", F_WRLCK); }

void SweepFolder::lock_shard(const std::string& shard) const {
  take_lock(".lock", F_RDLCK);
  take_lock(".lock-shard-" + shard, F_WRLCK);
}

void SweepFolder::take_lock(const std::string& name, short type) const {
  const int file = open(in(name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  struct flock lock = whole_file();
  lock.l_type = type;
  if (file < 0) {
    fail("{}: {}", in(name), std::strerror(errno));
  }
  if (fcntl(file, F_SETLK, &lock) != 0) {  // the file stays open: closing it would give up the lock
    const auto holder = locked_by();
    fail("{}: another sweep works in this folder{}; wait for it, or give another one with --output", path_,
         holder ? fmt::format(" (process {})", *holder) : "");
  }
}

std::optional<int> SweepFolder::locked_by() const {
  const int file = open(in(".lock").c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) {
    return std::nullopt;
  }
  struct flock lock = whole_file();
  const bool known = fcntl(file, F_GETLK, &lock) == 0;
  close(file);
  return known && lock.l_type != F_UNLCK ? std::optional<int>(lock.l_pid) : std::nullopt;
}

void SweepFolder::clean() const {
  std::error_code error;
  for (const char* part : {"", kParts[0], kParts[1], kParts[2]}) {
    for (const auto& entry : fs::directory_iterator(in(part), error)) {
      const std::string name = entry.path().filename().string();
      const bool is_trial = name.starts_with(".sigdel-");  // of check_output_folder
      if (is_trial || name.starts_with(".unfinished-") || name.starts_with(".lock-shard-")) {
        fs::remove(entry.path(), error);
      }
    }
  }
}

std::optional<PointResult> SweepFolder::read_point(const std::string& name) const {
  const auto json = read_json(in(fmt::format("points/{}.json", name)), name, "sigdel-sweep-point");
  if (!json) {
    return std::nullopt;
  }
  if (json->contains("error")) {
    return PointResult{Columns::object(), json->at("error").get<std::string>()};
  }
  return PointResult{json->at("columns"), std::nullopt};
}

std::optional<CountedRun> SweepFolder::read_run(const std::string& name) const {
  const std::string path = in(fmt::format("runs/{}.json", name));
  const auto json = read_json(path, name, "sigdel-sweep-run");
  return json
             ? std::optional(CountedRun{json->at("columns"), energy::parse_activity(json->at("activity").dump(), path)})
             : std::nullopt;
}

void SweepFolder::write_point(const std::string& name, const std::string& fingerprint,
                              const PointResult& result) const {
  Json json{{"format", "sigdel-sweep-point"}, {"version", kVersion}, {"fingerprint", fingerprint}};
  if (result.error) {
    json["error"] = *result.error;
  } else {
    json["columns"] = result.columns;
  }
  write(fmt::format("points/{}.json", name), text_of(json));
}

void SweepFolder::write_run(const std::string& name, const std::string& fingerprint, const CountedRun& run) const {
  write(fmt::format("runs/{}.json", name), text_of({{"format", "sigdel-sweep-run"},
                                                    {"version", kVersion},
                                                    {"fingerprint", fingerprint},
                                                    {"columns", run.columns},
                                                    {"activity", energy::json_of(run.activity)}}));
}

std::string SweepFolder::unfinished(const std::string& file) const {
  const fs::path path(in(file));
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return (path.parent_path() / fmt::format(".unfinished-{}-{}-{}", host.data(), getpid(), path.filename().string()))
      .string();
}

void SweepFolder::finish(const std::string& file) const {
  if (std::rename(unfinished(file).c_str(), in(file).c_str()) != 0) {
    throw_error(in(file));
  }
}

void SweepFolder::write(const std::string& file, const std::string& text) const {
  const std::string temporary = unfinished(file);
  const int out = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (out < 0) {
    throw_error(in(file));
  }
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t written = ::write(out, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0) {
      break;
    }
    done += static_cast<std::size_t>(written);
  }
  const bool is_whole = done == text.size() && fsync(out) == 0;
  const int error = errno;
  close(out);
  if (!is_whole) {
    unlink(temporary.c_str());
    errno = error;
    throw_error(in(file));
  }
  finish(file);
}

std::string SweepFolder::recording(const std::string& name) const { return fmt::format("recordings/{}.sigdel", name); }

void SweepFolder::remove_recordings() const {
  std::error_code ignored;
  fs::remove_all(in("recordings"), ignored);
}

}  // namespace sigdel::cli
