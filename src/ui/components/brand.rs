//! The site's own colour, made readable. One configured colour becomes the handful that the style sheet uses, in light
//! and in dark, and every pair that carries text has the contrast WCAG 2.2 asks for, whatever was configured.

/// Of the grounds in style/main.css the ones that brand colours stand out from least.
const LIGHT_SURFACE: Colour = Colour([245, 245, 242]);
const DARK_SURFACE: Colour = Colour([26, 29, 28]);

const BLACK: Colour = Colour([0, 0, 0]);
const WHITE: Colour = Colour([255, 255, 255]);

/// Text on its ground (WCAG 1.4.3), with a little to spare for rounding.
const READABLE: f64 = 4.6;

/// A button must be seen on its surface (WCAG 1.4.11).
const VISIBLE: f64 = 3.0;

/// Steps between a colour and black or white.
const STEPS: u32 = 50;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Colour([u8; 3]);

/// The style sheet of a brand colour (`#1d4ed8` or `#14d`), for `GET /brand.css`. `None`: it is no such colour.
pub fn brand_css(colour: &str) -> Option<String> {
    let brand = Colour::parse(colour)?;
    let (light, dark) = (rules(brand, LIGHT_SURFACE, BLACK), rules(brand, DARK_SURFACE, WHITE));
    Some(format!(":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"))
}

/// `away` is where a colour goes to stand out from the surface.
fn rules(brand: Colour, surface: Colour, away: Colour) -> String {
    let button = brand.until(away, |colour| colour.contrast(surface) >= VISIBLE);
    let text = if button.contrast(WHITE) >= button.contrast(BLACK) { WHITE } else { BLACK };
    // Away from the text, so that it stays readable under the pointer.
    let hover = button.mixed(if text == WHITE { BLACK } else { WHITE }, STEPS * 15 / 100);
    let accent = brand.until(away, |colour| colour.contrast(surface) >= READABLE);
    let [button, hover, text, accent] = [button, hover, text, accent].map(Colour::css);
    format!("--brand:{button};--brand-hover:{hover};--on-brand:{text};--accent:{accent}")
}

impl Colour {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#')?;
        let digits: Vec<u8> = digits
            .chars()
            .map(|digit| digit.to_digit(16).and_then(|digit| digit.try_into().ok()))
            .collect::<Option<_>>()?;
        match *digits.as_slice() {
            [r, g, b] => Some(Self([r * 17, g * 17, b * 17])),
            [r, rr, g, gg, b, bb] => Some(Self([r * 16 + rr, g * 16 + gg, b * 16 + bb])),
            _ => None,
        }
    }

    fn css(self) -> String {
        let Self([red, green, blue]) = self;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// `step` of [`STEPS`] on the way to another colour.
    fn mixed(self, other: Self, step: u32) -> Self {
        let Self([red, green, blue]) = self;
        let Self([other_red, other_green, other_blue]) = other;
        let mix = |from: u8, to: u8| {
            let sum = u32::from(from) * STEPS.saturating_sub(step) + u32::from(to) * step;
            u8::try_from((sum + STEPS / 2) / STEPS).unwrap_or(u8::MAX)
        };
        Self([mix(red, other_red), mix(green, other_green), mix(blue, other_blue)])
    }

    /// The first colour on the way to another that is good enough.
    fn until(self, other: Self, is_enough: impl Fn(Self) -> bool) -> Self {
        (0..=STEPS).map(|step| self.mixed(other, step)).find(|&colour| is_enough(colour)).unwrap_or(other)
    }

    /// WCAG 2.2, "contrast ratio".
    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        one.max(two) / one.min(two)
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(css: &str, name: &str) -> Colour {
        let (_, rest) = css.split_once(&format!("--{name}:")).unwrap();
        Colour::parse(&rest[..7]).unwrap()
    }

    #[test]
    fn whatever_the_colour_every_text_can_be_read() {
        let parts = [0, 17, 51, 102, 119, 128, 153, 204, 238, 255];
        for red in parts {
            for green in parts {
                for blue in parts {
                    let brand = Colour([red, green, blue]);
                    let css = brand_css(&brand.css()).unwrap();
                    let (light, dark) = css.split_once("@media").unwrap();
                    for (css, surface) in [(light, LIGHT_SURFACE), (dark, DARK_SURFACE)] {
                        let text = value(css, "on-brand");
                        assert!(value(css, "brand").contrast(text) >= 4.5, "{css}");
                        assert!(value(css, "brand-hover").contrast(text) >= 4.5, "{css}");
                        assert!(value(css, "accent").contrast(surface) >= 4.5, "{css}");
                        assert!(value(css, "brand").contrast(surface) >= 3.0, "{css}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_colour_that_is_readable_already_is_kept() {
        let css = brand_css("#1d4ed8").unwrap();
        assert!(css.starts_with(":root{--brand:#1d4ed8;"), "{css}");
        assert!(css.contains("--on-brand:#ffffff;--accent:#1d4ed8}"), "{css}");
        assert_eq!(brand_css("#14d"), brand_css("#1144dd"));
    }

    #[test]
    fn what_is_no_colour_makes_no_style_sheet() {
        for text in ["", "#", "red", "#12345", "#1234567", "#ggg", "1d4ed8", "#fff}body{}", "#é1"] {
            assert_eq!(brand_css(text), None, "{text:?}");
        }
    }

    #[test]
    fn contrast_is_the_one_of_wcag() {
        assert!((WHITE.contrast(BLACK) - 21.0).abs() < 0.001);
        assert!((Colour([118, 118, 118]).contrast(WHITE) - 4.54).abs() < 0.01);
    }
}
