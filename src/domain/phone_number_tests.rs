use proptest::prelude::*;

use super::*;

fn parse(text: &str, region: &str) -> Result<String, PhoneFault> {
    PhoneNumber::parse(text, RegionCode::parse(region)).map(|number| number.e164().to_owned())
}

#[test]
fn every_spelling_of_a_number_is_one_number() {
    let spellings = [
        ("+98 912 123 4567", ""),
        ("+989121234567", "US"),
        ("0098 912 123 4567", ""),
        ("0098-912-1234567", "GB"),
        ("0912 123 4567", "IR"),
        ("(0912) 123-4567", "IR"),
        ("0912.123.4567", "IR"),
        ("912 123 4567", "IR"),
        ("0912/123/4567", "IR"),
        ("[0912] 1234567", "IR"),
        ("0912\u{a0}123\u{a0}4567", "IR"),
        ("0912–123—4567", "IR"),
        ("(+98) 912 123 4567", ""),
        ("+98 (0) 912 123 4567", ""),
        ("۰۹۱۲۱۲۳۴۵۶۷", "IR"),
        ("٠٩١٢١٢٣٤٥٦٧", "IR"),
        ("०९१२१२३४५६७", "IR"),
        ("０９１２１２３４５６７", "IR"),
        ("＋９８９１２１２３４５６７", ""),
        ("\u{202a}+98 912 123 4567\u{202c}", ""),
        ("\u{feff}0912\u{200b}1234567\u{200f}", "IR"),
        ("  0912 123 4567  ", "ir"),
    ];
    for (text, region) in spellings {
        assert_eq!(parse(text, region).as_deref(), Ok("+989121234567"), "{text:?} in {region:?}");
    }
}

#[test]
fn national_peculiarities_follow_libphonenumber() {
    let vectors = [
        ("07400 123456", "GB", "+447400123456"),
        ("+44 (0)7400 123456", "", "+447400123456"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("1 202 555 0123", "US", "+12025550123"),
        ("222 123 4567", "MX", "+522221234567"),
        ("+54 9 11 2345 6789", "", "+5491123456789"),
        ("011 15-2345-6789", "AR", "+5491123456789"),
        ("312 345 6789", "IT", "+393123456789"),
        ("(11) 96123-4567", "BR", "+5511961234567"),
        ("0491 570 006", "AU", "+61491570006"),
        ("01512 3456789", "DE", "+4915123456789"),
        ("8 912 345-67-89", "RU", "+79123456789"),
    ];
    for (text, region, e164) in vectors {
        assert_eq!(parse(text, region).as_deref(), Ok(e164), "{text:?} in {region:?}");
    }
}

#[test]
fn each_fault_is_told_apart() {
    let faults = [
        ("", "IR", PhoneFault::Empty),
        (" \u{200b} ", "IR", PhoneFault::Empty),
        ("+44 77OO 9OO123", "", PhoneFault::NotDigits),
        ("1-800-FLOWERS", "US", PhoneFault::NotDigits),
        ("0912 123 4567 ext. 3", "IR", PhoneFault::NotDigits),
        ("0912+1234567", "IR", PhoneFault::NotDigits),
        ("+dwPAA;phone-context=AA", "", PhoneFault::NotDigits),
        ("0912123\r\n4567", "IR", PhoneFault::NotDigits),
        ("0912123\u{0}4567", "IR", PhoneFault::NotDigits),
        ("0912 123", "IR", PhoneFault::TooShort),
        ("+", "", PhoneFault::TooShort),
        ("0", "IR", PhoneFault::TooShort),
        ("0912 123 4567 89", "IR", PhoneFault::TooLong),
        // Mexico dropped the 1 after +52 in 2019, and libphonenumber with it.
        ("+52 1 222 123 4567", "", PhoneFault::TooLong),
        ("0912 123 4567", "", PhoneFault::RegionNeeded),
        ("+999 123 456 789", "", PhoneFault::Unknown),
        ("+44 7700 900123", "", PhoneFault::Unknown),
        ("021 2345 6789", "IR", PhoneFault::NotMobile),
        ("+1 800 234 5678", "", PhoneFault::NotMobile),
        ("+44 909 879 0000", "", PhoneFault::NotMobile),
    ];
    for (text, region, fault) in faults {
        assert_eq!(parse(text, region), Err(fault), "{text:?} in {region:?}");
    }
}

#[test]
fn input_over_64_bytes_is_refused_before_parsing() {
    assert_eq!(parse(&" ".repeat(65), "IR"), Err(PhoneFault::TooLong));
    assert_eq!(parse(&format!("{:<64}", "09121234567"), "IR").as_deref(), Ok("+989121234567"));
}

#[test]
fn only_the_last_two_digits_are_shown() {
    let number = PhoneNumber::parse("+989121234567", None).unwrap();
    assert_eq!(number.mask(), "•••••••••••67");
    assert_eq!(format!("{number:?}"), "PhoneNumber(•••••••••••67)");
}

#[test]
fn a_number_knows_its_own_region_within_a_shared_calling_code() {
    for (text, region) in [("+12025550123", "US"), ("+16135550123", "CA"), ("+77012345678", "KZ")] {
        let number = PhoneNumber::parse(text, None).unwrap();
        assert_eq!(number.region(), RegionCode::parse(region), "{text}");
    }
}

#[test]
fn what_is_shown_again_has_no_invisible_marks_and_no_controls() {
    assert_eq!(as_typed("\u{202e}+44 7400\u{0}\r\n 123456\u{202c}"), "+44 7400 123456");
    assert_eq!(as_typed(&"۱".repeat(40)).len(), 64);
}

proptest! {
    #[test]
    fn no_input_panics_and_every_result_is_e164(text in "\\PC{0,70}", region in "[A-Za-z]{0,3}") {
        if let Ok(e164) = parse(&text, &region) {
            prop_assert!(e164.starts_with('+') && e164.len() <= 16);
            prop_assert!(e164[1..].bytes().all(|byte| byte.is_ascii_digit()));
        }
    }

    #[test]
    fn dialled_shapes_do_not_panic(text in "[+0-9 ()\\-]{0,40}", region in "(IR|GB|US|IT|AR|MX|BR|DE|)") {
        if let Ok(e164) = parse(&text, &region) {
            prop_assert_eq!(parse(&e164, ""), Ok(e164.clone()), "canonical form must read back as itself");
        }
    }
}
