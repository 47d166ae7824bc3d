// A server that ends with this process, however this process ends. Swift cannot fork, and posix_spawn has neither a
// parent-death signal nor a process that stays behind to tidy up, which after SIGKILL nobody else can do.
#pragma once
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

// Removes a folder of our own and all that the server may have saved in it.
static void sesscli_remove(const char *path) {
  DIR *folder = opendir(path);
  struct dirent *entry;
  while (folder && (entry = readdir(folder))) {
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    char inner[4096];
    struct stat status;
    int length = snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
    if (length < 0 || (size_t)length >= sizeof inner || lstat(inner, &status)) continue;
    if (S_ISDIR(status.st_mode)) sesscli_remove(inner);
    else unlink(inner);
  }
  if (folder) closedir(folder);
  rmdir(path);
}

static void sesscli_streams_to_null(void) {
  int null = open("/dev/null", O_RDWR);
  for (int target = 0; null >= 0 && target < 3; target++) dup2(null, target);
  if (null > 2) close(null);
}

// The process that stays behind: it starts the server, waits until `lifeline` or the server ends, ends the server and
// removes `folder`.
static void sesscli_watch(int lifeline, const char *path, char *const argv[], const char *folder) {
  // A session of its own: Ctrl-C, Ctrl-\ and a closed terminal are the inspector's.
  setsid();
  sesscli_streams_to_null();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGTERM, SIG_DFL);

  // The server alone holds the writing end of `alive`: when it ends, the reading end says so.
  int alive[2];
  pid_t watcher = getpid();
  if (pipe(alive)) _exit(1);
  pid_t server = fork();
  if (server == 0) {
    // Where the watcher itself is killed, at least no server is left.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(alive[0]);
    if (getppid() == watcher) execv(path, argv);
    _exit(127);
  }
  close(alive[1]);
  // A name of its own, so that "killall sesscli" spares it and it can do its work.
  prctl(PR_SET_NAME, "demo-watcher");
  signal(SIGTERM, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGINT, SIG_IGN);

  struct pollfd ends[2] = {{.fd = lifeline, .events = POLLIN}, {.fd = alive[0], .events = POLLIN}};
  while (server > 0 && poll(ends, 2, -1) < 0 && errno == EINTR) {}
  if (server > 0) {
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
  }
  sesscli_remove(folder);
  _exit(0);
}

// Starts the server `path` with `argv` under a watcher. Returns the watcher's process id, or -1 and errno; the server
// lives until the descriptor in `lifeline` is closed, by whatever means.
static inline pid_t sesscli_start_server(
    const char *path, char *const argv[], const char *folder, int *lifeline) {
  int ends[2];
  if (pipe(ends)) return -1;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  pid_t watcher = fork();
  if (watcher == 0) {
    close(ends[1]);
    sesscli_watch(ends[0], path, argv, folder);
  }
  close(ends[0]);
  if (watcher < 0) close(ends[1]);
  *lifeline = ends[1];
  return watcher;
}
