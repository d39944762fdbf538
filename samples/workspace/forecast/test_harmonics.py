"""Tests of the fit, on tides that we know because we made them."""

from forecast.harmonics import amplitude_and_phase, design_row


def test_row_starts_with_the_mean():
    assert design_row(0.0)[0] == 1.0


def test_phase_is_a_compass_angle():
    # TODO: add tests for negative amplitudes and for gauges that report in feet; nothing covers them.
    assert amplitude_and_phase(0.0, -1.0)[1] == 270.0
