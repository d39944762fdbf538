"""Learning rate by the clock: warm-up, then linear decay to zero at the end of the time budget.

A budget of minutes, not of steps, makes the same command use a slow CPU and a fast GPU fully.
"""

import time


class TimeBudget:
    def __init__(self, minutes: float, usedSeconds: float = 0.0, warmUp: float = 0.04):
        self._start = time.time() - usedSeconds
        self._seconds = minutes * 60
        self._warmUp = warmUp

    @property
    def used_seconds(self) -> float:
        return time.time() - self._start

    @property
    def progress(self) -> float:
        """Share of the budget that is used, 0 to 1."""
        return min(1.0, self.used_seconds / self._seconds)

    @property
    def factor(self) -> float:
        """What the peak learning rate is multiplied with now."""
        progress = self.progress
        return min(progress / self._warmUp, (1 - progress) / (1 - self._warmUp)) if progress < 1 else 0.0
