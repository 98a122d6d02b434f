#include "sim/cli/worker.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <system_error>

#include "sim/core/result_io.hpp"

namespace sigdel::cli {
namespace {

// A signal handler has nothing else. NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t interrupted = 0;

extern "C" void on_signal(int) { interrupted = 1; }

/// A message through the pipe: its kind, its length, its bytes.
enum class Kind : std::uint8_t { kProgress, kResult, kError };
struct Header {
  Kind kind = Kind::kProgress;
  std::uint64_t size = 0;
};

void write_all(int fd, const void* data, std::size_t size) {
  const char* left = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = write(fd, left, size);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      _exit(1);  // the parent is gone
    }
    left += written;
    size -= static_cast<std::size_t>(written);
  }
}

void send(int fd, Kind kind, std::string_view bytes) {
  Header header;
  std::memset(static_cast<void*>(&header), 0, sizeof header);
  header.kind = kind;
  header.size = bytes.size();
  write_all(fd, &header, sizeof header);
  write_all(fd, bytes.data(), bytes.size());
}

std::string as_bytes(std::uint64_t value) { return {reinterpret_cast<const char*>(&value), sizeof value}; }

[[noreturn]] void work(int fd, const Job& job) {
  try {
    const sim::RunResult result = job([fd](std::uint64_t frames) { send(fd, Kind::kProgress, as_bytes(frames)); });
    const double seconds = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
    std::string bytes(reinterpret_cast<const char*>(&seconds), sizeof seconds);
    send(fd, Kind::kResult, bytes + sim::to_bytes(result));
  } catch (const std::exception& error) {
    send(fd, Kind::kError, error.what());
  }
  _exit(0);  // no destructors: what the parent shares with this process is the parent's
}

class Worker {
 public:
  explicit Worker(const Job& job) {
    int ends[2];
    if (pipe(ends) != 0) {
      throw std::system_error(errno, std::generic_category(), "pipe");
    }
    pid_ = fork();
    if (pid_ < 0) {
      throw std::system_error(errno, std::generic_category(), "fork");
    }
    if (pid_ == 0) {
      close(ends[0]);
      work(ends[1], job);
    }
    close(ends[1]);
    fd_ = ends[0];
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  Worker(Worker&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)),
        fd_(std::exchange(other.fd_, -1)),
        buffer_(std::move(other.buffer_)),
        frames_(other.frames_),
        done_(other.done_),
        result_(std::move(other.result_)) {}
  Worker& operator=(Worker&&) = delete;
  ~Worker() {
    if (pid_ > 0) {
      close(fd_);
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
  }

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] std::uint64_t frames() const { return frames_; }
  [[nodiscard]] bool done() const { return done_; }
  WorkerResult take() { return std::move(result_); }

  /// Reads what is there. Throws what went wrong in the worker.
  void receive() {
    char chunk[65536];
    const ssize_t size = read(fd_, chunk, sizeof chunk);
    if (size < 0 && errno == EINTR) {
      return;
    }
    if (size <= 0) {
      throw_lost();
    }
    buffer_.append(chunk, static_cast<std::size_t>(size));
    while (!done_ && take_message()) {
    }
  }

 private:
  [[noreturn]] void throw_lost() {
    int status = 0;
    waitpid(std::exchange(pid_, -1), &status, 0);
    close(fd_);
    const std::string how = WIFSIGNALED(status)
                                ? fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)))
                                : fmt::format("exit code {}", WEXITSTATUS(status));
    throw WorkerLost(fmt::format(
        "a worker process ended before its run was done: {}; if nobody ended it, memory may have run out (fewer --jobs "
        "need less)",
        how));
  }

  bool take_message() {
    Header header;
    if (buffer_.size() < sizeof header) {
      return false;
    }
    std::memcpy(static_cast<void*>(&header), buffer_.data(), sizeof header);
    if (buffer_.size() < sizeof header + header.size) {
      return false;
    }
    handle(header.kind, std::string_view(buffer_).substr(sizeof header, header.size));
    buffer_.erase(0, sizeof header + header.size);
    return true;
  }

  void handle(Kind kind, std::string_view bytes) {
    if (kind == Kind::kError) {
      throw std::runtime_error(std::string(bytes));
    }
    if (kind == Kind::kProgress) {
      std::memcpy(&frames_, bytes.data(), sizeof frames_);
      return;
    }
    std::memcpy(&result_.cpu_seconds, bytes.data(), sizeof result_.cpu_seconds);
    result_.run = sim::from_bytes(bytes.substr(sizeof result_.cpu_seconds));
    frames_ = result_.run.frames.size();
    done_ = true;
  }

  pid_t pid_ = -1;
  int fd_ = -1;
  std::string buffer_;
  std::uint64_t frames_ = 0;
  bool done_ = false;
  WorkerResult result_;
};

/// Waits until one of them has something to say.
void wait_for(std::vector<std::pair<std::size_t, Worker>>& running) {
  std::vector<pollfd> ends;
  for (const auto& [job, worker] : running) {
    ends.push_back({worker.fd(), POLLIN, 0});
  }
  constexpr int kMilliseconds = 200;  // so that Ctrl-C is seen
  poll(ends.data(), ends.size(), kMilliseconds);
  throw_if_interrupted();
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (ends[i].revents != 0) {
      running[i].second.receive();
    }
  }
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction inherited {};
    sigaction(number, nullptr, &inherited);
    if (inherited.sa_handler != SIG_IGN) {  // nohup
      sigaction(number, &action, nullptr);
    }
  }
}

void throw_if_interrupted() {
  if (interrupted != 0) {
    throw Interrupted();
  }
}

std::vector<WorkerResult> run_workers(const std::vector<Job>& jobs, unsigned at_once,
                                      const std::function<void(std::uint64_t)>& progress) {
  std::vector<WorkerResult> results(jobs.size());
  std::vector<std::pair<std::size_t, Worker>> running;
  std::size_t next = 0;
  std::uint64_t frames_of_finished = 0;
  while (next < jobs.size() || !running.empty()) {
    while (next < jobs.size() && running.size() < at_once) {
      running.emplace_back(next, Worker(jobs[next]));
      ++next;
    }
    wait_for(running);
    std::uint64_t frames = frames_of_finished;
    std::vector<std::pair<std::size_t, Worker>> still_running;
    for (auto& [job, worker] : running) {
      frames += worker.frames();
      if (worker.done()) {
        frames_of_finished += worker.frames();
        results[job] = worker.take();
      } else {
        still_running.emplace_back(job, std::move(worker));
      }
    }
    running = std::move(still_running);
    progress(frames);
  }
  return results;
}

}  // namespace sigdel::cli
