// Threads that stand aside (device/cpu/native/spread.h), as a program: what it does wrong goes to standard output. Knows no test.
#include <stdio.h>
#include <string.h>
#include "spread.h"

static int wrong = 0;

static void require(bool right, const char *what) {
  if (right) return;
  printf("%s\n", what);
  wrong = 1;
}

static cpu_set_t mayUse(void) {
  cpu_set_t set;
  sched_getaffinity(0, sizeof set, &set);
  return set;
}

/** All processors that this program may use but `left`. */
static int othersThan(int32_t left, int32_t *found) {
  const cpu_set_t set = mayUse();
  int count = 0;
  for (int32_t i = 0; i < CPU_SETSIZE; i++) {
    if (i != left && CPU_ISSET(i, &set)) found[count++] = i;
  }
  return count;
}

int main(void) {
  static int32_t taken[CPU_SETSIZE];
  const cpu_set_t before = mayUse();
  Aside aside = { 0 };
  const int32_t own = ownProcessor();
  require(CPU_ISSET(own, &before), "runs where it may not");

  const int32_t place = standAside(&aside, &own, 1);
  const cpu_set_t narrowed = mayUse();
  if (CPU_COUNT(&before) == 1) {
    require(place == -1 && !aside.stands, "has gone somewhere from its only processor");
  } else {
    require(place >= 0 && place != own && CPU_ISSET(place, &before), "has not left a processor that is taken");
    require(!CPU_ISSET(own, &narrowed) && ownProcessor() != own, "may be woken where it came from");
    require(standAside(&aside, &place, 1) == -1, "has stood aside twice");
    comeBack(&aside);
  }
  cpu_set_t after = mayUse();
  require(CPU_EQUAL(&before, &after), "may not run where it might before");

  // With all taken but one it goes there; with all of them taken, or numbers that are none, it stays as it is.
  int count = othersThan(own, taken);
  if (count > 0) {
    require(standAside(&aside, taken, count) == own, "has not found the only free processor");
    comeBack(&aside);
  }
  taken[count] = own;
  require(standAside(&aside, taken, count + 1) == -1 && !aside.stands, "has found a free processor where none is");
  const int32_t none[] = { -1, CPU_SETSIZE };
  require(standAside(&aside, none, 2) >= 0, "takes a number that is no processor for one");
  comeBack(&aside);
  comeBack(&aside);
  after = mayUse();
  require(CPU_EQUAL(&before, &after), "has not come back");
  return wrong;
}
