//! Arithmetic of tides: angles, speeds and the calendar of the moon.
//!
//! Everything here is pure; no file, no clock. The caller brings the time.

#![allow(clippy::excessive_precision)]

/// Mean longitude of the moon, in degrees.
///
/// # Arguments
///
/// * `centuries` - Julian centuries since 2000-01-01 12:00 TT
///
/// # Examples
///
/// ```
/// assert!((core::moon_longitude(0.0) - 218.316).abs() < 0.01);
/// ```
pub fn moon_longitude(centuries: f64) -> f64 {
    // Meeus, Astronomical Algorithms, 2nd edition, chapter 47.
    (218.3164477 + 481_267.881_234_21 * centuries).rem_euclid(360.0)
}

/// Wraps an angle into the half-open range from 0 to 360 degrees.
pub fn wrap(degrees: f64) -> f64 {
    // `%` keeps the sign of its left side, which turned high water into low water for ports west of Greenwich.
    degrees.rem_euclid(360.0)
}

// let nodes = [125.04, 259.18];
// for node in nodes.iter() {
//     println!("{}", wrap(*node));
// }

/* TODO: nodal corrections are not implemented, so the table drifts by up to 4 % over 18.6 years. */
pub fn nodal_factor(_centuries: f64) -> f64 {
    1.0
}
