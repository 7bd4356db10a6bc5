"""A program to be watched: ``watched.py THREADS KIND``. For each line "seconds" that comes in it prints what it got
done in so many seconds. Kinds: ``compute`` (pure Python), ``sleep``, ``mixed`` (half of each). Standard library only.
"""

import sys
import threading
import time


def compute(until):
    done = 0
    while time.perf_counter() < until:
        n = 0
        for i in range(300):
            n += i
        done += 1
    return done


def sleep(until):
    done = 0
    while time.perf_counter() < until:
        time.sleep(0.02)
        done += 1
    return done


def main():
    count, kind = int(sys.argv[1]), sys.argv[2]
    kinds = [compute, sleep] if kind == "mixed" else [globals()[kind]]
    for line in sys.stdin:
        until = time.perf_counter() + float(line)
        done = [0] * count

        def work(number, until=until, done=done):
            done[number] = kinds[number % len(kinds)](until)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(sum(done), flush=True)


if __name__ == "__main__":
    main()
