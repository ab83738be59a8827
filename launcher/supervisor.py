"""Child processes that live and die together: started, restarted with a growing pause when one dies, stopped as one.

Each child leads a process group of its own, so that Ctrl-C reaches only us and we stop them in order. Should we be
killed outright, the children notice (`dure.config.lifeline` watches DURE_SUPERVISOR) and end themselves.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from launcher.say import say

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
CALM = 60.0  # a child that lived this long starts with the first pause again
GRACE = 15.0


@dataclass
class Child:
    name: str
    argv: list[str]
    env: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = 0.0

    def start(self) -> None:
        self.process = subprocess.Popen(self.argv, env=self.env, stdin=subprocess.DEVNULL, start_new_session=True)
        self.began = time.monotonic()

    def signal(self, number: signal.Signals) -> None:
        """To the child itself: servers pass it on to their own workers."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def end_group(self) -> None:
        """Whatever of the child's process group is still there."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


@dataclass
class Supervisor:
    children: list[Child]
    stopping: bool = False
    previous: dict[int, object] = field(default_factory=dict)

    def start(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self.previous[number] = signal.signal(number, self._asked_to_stop)
        for child in self.children:
            child.start()

    def watch_until(self, done: Callable[[], bool], seconds: float | None = None) -> bool:
        """Keep the children running until `done` says so or we are asked to stop. False on a time-out."""
        end = None if seconds is None else time.monotonic() + seconds
        while not self.stopping:
            if done():
                return True
            if end is not None and time.monotonic() > end:
                return False
            self.tend()
            time.sleep(0.1)
        return True

    def stop(self) -> None:
        """Ask all of them to end, give them time, then insist. Leaves nobody behind."""
        for child in self.children:
            child.signal(signal.SIGTERM)
        end = time.monotonic() + GRACE
        while any(child.process and child.process.poll() is None for child in self.children) and time.monotonic() < end:
            time.sleep(0.05)
        for child in self.children:
            child.end_group()
            if child.process:
                child.process.wait()
        for number, handler in self.previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def tend(self) -> None:
        """Take note of who died and start again whose pause is over. `watch_until` does it all the time."""
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.due:
                    child.start()
                continue
            code = child.process.poll()
            if code is None:
                if now - child.began > CALM:
                    child.pause = FIRST_PAUSE
                continue
            child.end_group()
            say(
                f"! {child.name} 프로세스가 끝났습니다 ({code}). {child.pause:.0f}초 뒤 다시 시작합니다",
                f"{child.name} ended ({code}); starting it again",
            )
            child.process, child.due = None, now + child.pause
            child.pause = min(child.pause * 2, LONGEST_PAUSE)
