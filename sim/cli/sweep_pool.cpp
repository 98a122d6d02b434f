#include "sim/cli/sweep_pool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <numeric>
#include <optional>
#include <sstream>
#include <system_error>

#include "sim/cli/worker.hpp"

namespace sigdel::cli {
namespace {

/// Reads lines from a pipe.
class Lines {
 public:
  explicit Lines(int fd) : fd_(fd) {}

  /// Takes in what is there; false at the end.
  bool receive() {
    char chunk[4096];
    const ssize_t size = read(fd_, chunk, sizeof chunk);
    if (size > 0) {
      buffer_.append(chunk, static_cast<std::size_t>(size));
    }
    return size > 0 || (size < 0 && errno == EINTR);
  }
  std::optional<std::string> next() {
    const std::size_t end = buffer_.find('\n');
    if (end == std::string::npos) {
      return std::nullopt;
    }
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    return line;
  }

 private:
  int fd_;
  std::string buffer_;
};

/// A line is shorter than a pipe's buffer, so it is written whole. Whoever is gone needs no message.
bool send_line(int fd, std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  text = text.substr(0, 2000) + "\n";
  return write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// What a worker process does: a line in is "GROUP SHARES", lines out are "point NUMBER KIND", "group" with the
/// seconds of its stages, "lost MESSAGE" (of the group: a process of it was ended) and "stop MESSAGE" (all is in vain).
class WorkerMain {
 public:
  WorkerMain(int in, int out, const SweepWork& work, const SweepFolder& folder)
      : lines_(in), out_(out), work_(work), runner_(work, folder) {}

  [[noreturn]] void run() {
    do {
      while (const auto line = lines_.next()) {
        take(*line);
      }
    } while (lines_.receive());
    _exit(0);
  }

 private:
  void take(const std::string& line) {
    std::size_t group = 0;
    bool shares = false;
    std::istringstream(line) >> group >> shares;
    try {
      runner_.run(work_.groups[group], shares, [&](std::size_t number, PointKind kind) {
        say(fmt::format("point {} {}", number, static_cast<int>(kind)));
      });
      const StageSeconds& seconds = runner_.seconds();
      say(fmt::format("group {} {} {} {}", seconds.load, seconds.record, seconds.simulate, seconds.price));
    } catch (const Interrupted&) {
      _exit(1);
    } catch (const WorkerLost& error) {
      say(fmt::format("lost {}", error.what()));
    } catch (const std::bad_alloc&) {
      say("lost memory has run out; fewer --jobs need less");
    } catch (const std::exception& error) {
      say(fmt::format("stop {}", error.what()));
    }
  }

  void say(const std::string& line) const {
    if (!send_line(out_, line)) {
      _exit(1);  // the parent is gone
    }
  }

  Lines lines_;
  int out_;
  const SweepWork& work_;
  SweepRunner runner_;
};

/// The other side of one.
class SweepWorker {
 public:
  SweepWorker(const SweepWork& work, const SweepFolder& folder) {
    int in[2];
    int out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
      throw std::system_error(errno, std::generic_category(), "pipe");
    }
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ < 0) {
      throw std::system_error(errno, std::generic_category(), "fork");
    }
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody works on when the parent is killed
      if (getppid() != parent) {
        _exit(1);
      }
      signal(SIGXFSZ, SIG_IGN);                                      // a file too large is an error like a full disk
      dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);  // progress within a point is not shown
      close(in[1]);
      close(out[0]);
      WorkerMain(in[0], out[1], work, folder).run();
    }
    close(in[0]);
    close(out[1]);
    to_ = in[1];
    from_ = out[0];
    lines_.emplace(from_);
  }
  SweepWorker(const SweepWorker&) = delete;
  SweepWorker& operator=(const SweepWorker&) = delete;
  ~SweepWorker() {
    close(to_);
    close(from_);
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  [[nodiscard]] int fd() const { return from_; }
  Lines& lines() { return *lines_; }
  [[nodiscard]] bool is_idle() const { return !group_.has_value(); }
  void give(std::size_t group, const std::string& arithmetic, bool shares) {
    group_ = group;
    if (arithmetic != arithmetic_) {
      arithmetic_ = arithmetic;
      ++loads_;
    }
    send_line(to_, fmt::format("{} {:d}", group, shares));
  }
  std::size_t take_group() {
    const std::size_t group = group_.value();
    group_.reset();
    return group;
  }
  [[nodiscard]] const std::string& arithmetic() const { return arithmetic_; }
  [[nodiscard]] std::size_t loads() const { return loads_; }

  StageSeconds seconds{};  ///< as it last told

 private:
  pid_t pid_ = -1;
  int to_ = -1;
  int from_ = -1;
  std::optional<Lines> lines_;
  std::optional<std::size_t> group_;
  std::string arithmetic_;
  std::size_t loads_ = 0;
};

class Pool {
 public:
  Pool(const SweepWork& work, std::vector<std::size_t> groups, const SweepFolder& folder, const PointDone& done)
      : work_(work), waiting_(std::move(groups)), folder_(folder), done_(done) {
    std::map<std::string, std::size_t> sharers;
    for (const std::size_t group : waiting_) {
      shares_[group] = ++sharers[work_.groups[group].arithmetic] > 1;
    }
    for (const std::size_t group : waiting_) {
      shares_[group] = sharers[work_.groups[group].arithmetic] > 1;
    }
  }

  SweepOutcome run(unsigned jobs) {
    try {
      while (!waiting_.empty() || std::any_of(workers_.begin(), workers_.end(), is_busy)) {
        start_workers(jobs);
        give_groups();
        wait();
      }
    } catch (const Interrupted&) {
      outcome_.interrupted = true;
    }
    while (!workers_.empty()) {
      retire(workers_.back());
      workers_.pop_back();
    }
    return outcome_;
  }

 private:
  using Worker = std::unique_ptr<SweepWorker>;

  static bool is_busy(const Worker& worker) { return !worker->is_idle(); }

  void start_workers(unsigned jobs) {
    const auto busy = static_cast<std::size_t>(std::count_if(workers_.begin(), workers_.end(), is_busy));
    while (workers_.size() < jobs && workers_.size() < busy + waiting_.size()) {
      workers_.push_back(std::make_unique<SweepWorker>(work_, folder_));
    }
  }

  /// The first group with the arithmetic that the worker has loaded, or else one that no worker has.
  [[nodiscard]] std::size_t next_for(const SweepWorker& worker) const {
    const auto with = [&](const std::string& arithmetic) {
      return std::find_if(waiting_.begin(), waiting_.end(),
                          [&](std::size_t group) { return work_.groups[group].arithmetic == arithmetic; });
    };
    auto found = with(worker.arithmetic());
    if (found == waiting_.end()) {
      found = std::find_if(waiting_.begin(), waiting_.end(), [&](std::size_t group) {
        return std::none_of(workers_.begin(), workers_.end(),
                            [&](const Worker& other) { return other->arithmetic() == work_.groups[group].arithmetic; });
      });
    }
    return static_cast<std::size_t>((found == waiting_.end() ? waiting_.begin() : found) - waiting_.begin());
  }

  void give_groups() {
    for (const Worker& worker : workers_) {
      if (worker->is_idle() && !waiting_.empty()) {
        const std::size_t at = next_for(*worker);
        const std::size_t group = waiting_[at];
        waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(at));
        worker->give(group, work_.groups[group].arithmetic, shares_.at(group));
      }
    }
  }

  void wait() {
    std::vector<pollfd> ends;
    for (const Worker& worker : workers_) {
      ends.push_back({worker->fd(), POLLIN, 0});
    }
    constexpr int kMilliseconds = 200;  // so that Ctrl-C is seen
    poll(ends.data(), ends.size(), kMilliseconds);
    throw_if_interrupted();
    for (std::size_t i = ends.size(); i-- > 0;) {
      if (ends[i].revents != 0) {
        listen(i);
      }
    }
  }

  void listen(std::size_t i) {
    const bool is_there = workers_[i]->lines().receive();
    while (const auto line = workers_[i]->lines().next()) {
      handle(*workers_[i], *line);
    }
    if (!is_there) {
      retire(workers_[i]);
      workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  void retire(const Worker& worker) {
    outcome_.loads += worker->loads();
    outcome_.seconds.load += worker->seconds.load;
    outcome_.seconds.record += worker->seconds.record;
    outcome_.seconds.simulate += worker->seconds.simulate;
    outcome_.seconds.price += worker->seconds.price;
    if (!worker->is_idle() && !outcome_.interrupted) {
      lose(worker->take_group(), "its worker process was ended; if nobody ended it, memory may have run out");
    }
  }

  void handle(SweepWorker& worker, const std::string& line) {
    std::istringstream words(line);
    std::string what;
    words >> what;
    if (what == "point") {
      std::size_t number = 0;
      std::size_t kind = 0;
      words >> number >> kind;
      ++outcome_.points.at(kind);
      done_(std::accumulate(outcome_.points.begin(), outcome_.points.end(), std::size_t{0}), groups_done_, number);
    } else if (what == "group") {
      StageSeconds& seconds = worker.seconds;
      words >> seconds.load >> seconds.record >> seconds.simulate >> seconds.price;
      worker.take_group();
      ++groups_done_;
    } else if (what == "lost") {
      lose(worker.take_group(), line.substr(5));
    } else {
      throw std::runtime_error(line.substr(5));
    }
  }

  /// Once more, or never.
  void lose(std::size_t group, const std::string& message) {
    if (++lost_[group] < 2) {
      waiting_.insert(waiting_.begin(), group);
      return;
    }
    for (const std::size_t number : work_.groups[group].points) {
      if (!folder_.read_point(work_.points[number].name)) {
        outcome_.lost[number] = message;
      }
    }
  }

  const SweepWork& work_;
  std::vector<std::size_t> waiting_;  ///< groups, in their order
  std::map<std::size_t, bool> shares_;
  std::map<std::size_t, int> lost_;
  const SweepFolder& folder_;
  const PointDone& done_;
  std::vector<Worker> workers_;
  std::size_t groups_done_ = 0;
  SweepOutcome outcome_;
};

}  // namespace

SweepOutcome run_groups(const SweepWork& work, const std::vector<std::size_t>& groups, const SweepFolder& folder,
                        unsigned jobs, const PointDone& done) {
  return Pool(work, groups, folder, done).run(jobs);
}

}  // namespace sigdel::cli
