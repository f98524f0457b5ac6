/* Lets pan tell its search time in microseconds instead of ticks. */
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

static clock_t now_in_microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

#define times(ignored) now_in_microseconds()
#define sysconf(name) ((name) == _SC_CLK_TCK ? 1000000 : sysconf(name))
