//! Base64 against RFC 4648, against Python, and against itself cut into pieces.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use proptest::prelude::*;
use runtime_encoding::base64::{
    self, Decoder, Encoder, Malformed, Reason, Variant, decode, encode, find_malformed,
};
use runtime_encoding::{codes, hex};
use serde_json::Value;

/// RFC 4648, section 10.
const RFC_VECTORS: [(&str, &str); 7] = [
    ("", ""),
    ("f", "Zg=="),
    ("fo", "Zm8="),
    ("foo", "Zm9v"),
    ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
];

fn damage(text: &[u8], variant: Variant) -> Option<(Reason, u64)> {
    let malformed: Option<Malformed> = find_malformed(text, variant).unwrap();
    malformed.map(|malformed| (malformed.reason(), malformed.position()))
}

#[test]
fn rfc_vectors() {
    for (bytes, text) in RFC_VECTORS {
        for variant in Variant::ALL {
            let text = if variant.is_padded() { text } else { text.trim_end_matches('=') };
            assert_eq!(encode(bytes.as_bytes(), variant).unwrap(), text);
            assert_eq!(decode(text.as_bytes(), variant).unwrap(), bytes.as_bytes());
        }
    }
}

#[test]
fn python_agrees() {
    let fixture: Value = serde_json::from_str(include_str!("fixtures/base64.json")).unwrap();
    let variants = ["standard", "url", "nopad", "url_nopad"].into_iter().zip(Variant::ALL);
    let bytes_of = |value: &Value| hex::decode(value.as_str().unwrap().as_bytes()).unwrap();
    for sample in fixture["encoded"].as_array().unwrap() {
        let bytes = bytes_of(&sample["hex"]);
        for (name, variant) in variants.clone() {
            let text = sample[name].as_str().unwrap();
            assert_eq!(encode(&bytes, variant).unwrap(), text);
            assert_eq!(decode(text.as_bytes(), variant).unwrap(), bytes);
        }
    }
    for sample in fixture["strict"].as_array().unwrap() {
        let text = sample["text"].as_str().unwrap();
        let decoded = decode(text.as_bytes(), Variant::Standard);
        match &sample["hex"] {
            Value::Null => assert!(decoded.is_err(), "{text} is malformed"),
            bytes => assert_eq!(decoded.unwrap(), bytes_of(bytes), "{text}"),
        }
    }
}

#[test]
fn what_is_malformed_and_where() {
    use Reason::{AfterPadding, Bits, Character, MissingPadding, Truncated, UnexpectedPadding};
    for (text, reason, position) in [
        ("QR==", Bits, 1),
        ("QUJDQR==", Bits, 5),
        ("QQF=\n", Bits, 2),
        ("Q===", UnexpectedPadding, 1),
        ("=", UnexpectedPadding, 0),
        ("QUJD=", UnexpectedPadding, 4),
        ("QQ===", UnexpectedPadding, 4),
        ("QQ==\n=", UnexpectedPadding, 5),
        ("QQ=Q", AfterPadding, 3),
        ("QQ==QQ==", AfterPadding, 4),
        ("QQ== Q", AfterPadding, 5),
        ("QQ", MissingPadding, 2),
        ("QUI", MissingPadding, 3),
        ("QQ=", MissingPadding, 3),
        ("Q Q = \n", MissingPadding, 7),
        ("Q", Truncated, 1),
        ("QUJDQ\n", Truncated, 6),
        ("Q-==", Character(b'-'), 1),
        ("Q_==", Character(b'_'), 1),
        ("QQ==*", Character(b'*'), 4),
        ("\0", Character(0), 0),
        ("QUJD\u{80}", Character(0xc2), 4),
    ] {
        assert_eq!(
            damage(text.as_bytes(), Variant::Standard),
            Some((reason, position)),
            "{text:?}"
        );
    }
    assert_eq!(damage(b"QQ==", Variant::NoPad), Some((UnexpectedPadding, 2)));
    assert_eq!(damage(b"QR", Variant::NoPad), Some((Bits, 1)));
    assert_eq!(damage(b"Q+==", Variant::Url), Some((Character(b'+'), 1)));
    assert_eq!(damage(b"Q/", Variant::UrlNoPad), Some((Character(b'/'), 1)));
}

#[test]
fn each_reason_has_its_code_and_a_text() {
    for (text, code, reason) in [
        (
            "Q-==",
            codes::RT_ERROR_BASE64_CHARACTER,
            "input has '-' at position 1, which is no base64 character",
        ),
        (
            "Q\u{1}==",
            codes::RT_ERROR_BASE64_CHARACTER,
            "input has byte 0x01 at position 1, which is no base64 character",
        ),
        (
            "Q===",
            codes::RT_ERROR_BASE64_PADDING,
            "input has '=' at position 1, where no padding may stand",
        ),
        (
            "QQ=Q",
            codes::RT_ERROR_BASE64_PADDING,
            "input goes on at position 3, after padding began",
        ),
        ("QQ", codes::RT_ERROR_BASE64_PADDING, "input ends at position 2 without its padding"),
        (
            "Q",
            codes::RT_ERROR_BASE64_TRUNCATED,
            "input ends at position 1, one character into a group of four",
        ),
        (
            "QR==",
            codes::RT_ERROR_BASE64_BITS,
            "input has bits at position 1 that belong to no byte",
        ),
    ] {
        let refused = decode(text.as_bytes(), Variant::Standard).unwrap_err();
        assert_eq!((refused.code(), refused.reason()), (code, reason), "{text}");
    }
}

#[test]
fn zero_bytes_and_white_space() {
    for (text, bytes) in [
        ("QQA=", &b"A\0"[..]),
        ("AA==", b"\0"),
        ("AAAA", b"\0\0\0"),
        ("SGVs bG8=", b"Hello"),
        ("SGVsbG8=\n", b"Hello"),
        ("\t\n\x0b\x0c\r S G V s b G 8 = ", b"Hello"),
        (" \n", b""),
    ] {
        assert_eq!(decode(text.as_bytes(), Variant::Standard).unwrap(), bytes, "{text:?}");
    }
}

/// The library works on 32 characters at once: every byte value at every place of such a block, and
/// of the block before and after, so that neither way of decoding knows another alphabet.
#[test]
fn every_byte_at_every_place() {
    for variant in Variant::ALL {
        let alphabet = encode(&[0, 16, 131, 16, 81, 135, 32, 146, 139], variant).unwrap();
        assert_eq!(alphabet, "ABCDEFGHIJKL");
        let mut text = vec![b'A'; 100];
        for place in 0..text.len() {
            for byte in 0..=u8::MAX {
                text[place] = byte;
                let in_alphabet = byte.is_ascii_alphanumeric()
                    || match variant {
                        Variant::Standard | Variant::NoPad => b"+/".contains(&byte),
                        Variant::Url | Variant::UrlNoPad => b"-_".contains(&byte),
                    };
                match damage(&text, variant) {
                    // White space is skipped; padding may stand at the very end, where three
                    // characters go before it.
                    None => {
                        let skipped = matches!(byte, b' ' | 9..14);
                        assert!(in_alphabet || skipped || byte == b'=' && place == 99);
                    }
                    Some((Reason::Character(blamed), position)) => {
                        assert!(!in_alphabet);
                        assert_eq!((blamed, position), (byte, place as u64));
                    }
                    // White space and padding leave a group open.
                    Some(_) => assert!(byte == b'=' || byte == b' ' || (9..14).contains(&byte)),
                }
            }
            text[place] = b'A';
        }
    }
}

#[test]
fn output_that_is_too_small() {
    let mut room = [7; 8];
    let refused = base64::encode_into(b"foobars", &mut room, Variant::Standard).unwrap_err();
    assert_eq!(refused.reason(), "output has room for 8 bytes, the result has 12");
    assert_eq!(room, [7; 8]);
    assert_eq!(base64::encode_into(b"foobar", &mut room, Variant::Standard).unwrap(), 8);
    assert_eq!(&room, b"Zm9vYmFy");
    assert!(base64::decode_into(b"Zm9vYmFyZm9v", &mut room, Variant::Standard).is_err());
    assert_eq!(base64::decode_into(b"Zm9vYg==", &mut room, Variant::Standard).unwrap(), 4);
    assert_eq!(&room[..4], b"foob");
}

#[test]
fn a_decoder_that_refused_goes_on_refusing() {
    let mut decoder = Decoder::new(Variant::Standard);
    let mut bytes = Vec::new();
    assert!(decoder.update(b"QQ*", &mut bytes).is_err());
    assert!(decoder.update(b"==", &mut bytes).is_err());
    assert!(decoder.finish(&mut bytes).is_err());
    assert_eq!(decoder.malformed().unwrap().position(), 2);
    decoder.reset();
    decoder.update(b"QQ==", &mut bytes).unwrap();
    decoder.finish(&mut bytes).unwrap();
    assert_eq!(bytes, b"A");
}

fn variant() -> impl Strategy<Value = Variant> {
    prop::sample::select(&Variant::ALL[..])
}

/// Texts that are well formed, nearly so, or wild.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let near = (prop::collection::vec(any::<u8>(), 0..200), variant(), any::<Option<(u8, u8)>>());
    let near = near.prop_map(|(bytes, variant, damage)| {
        let mut text = encode(&bytes, variant).unwrap().into_bytes();
        if let Some((place, byte)) = damage {
            text.insert(usize::from(place) % (text.len() + 1), byte);
        }
        text
    });
    let alphabet = prop::sample::select(&b"AQRz09+/-_= \n*"[..]);
    prop_oneof![near, prop::collection::vec(alphabet, 0..20)]
}

/// The pieces between the cuts.
fn pieces<'a>(data: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (data.len() + 1)).collect();
    cuts.extend([0, data.len()]);
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| &data[pair[0]..pair[1]]).collect()
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(bytes: Vec<u8>, variant in variant()) {
        let text = encode(&bytes, variant).unwrap();
        prop_assert_eq!(Some(text.len()), base64::encoded_length(bytes.len(), variant));
        prop_assert!(base64::decoded_length_at_most(text.len()) >= bytes.len());
        prop_assert_eq!(decode(text.as_bytes(), variant).unwrap(), bytes);
    }

    #[test]
    fn what_is_decoded_is_encoded(text in text(), variant in variant()) {
        if let Ok(bytes) = decode(&text, variant) {
            let spaced = |byte: &u8| !matches!(byte, b' ' | 9..=13);
            let packed: Vec<u8> = text.iter().copied().filter(spaced).collect();
            prop_assert_eq!(encode(&bytes, variant).unwrap().into_bytes(), packed);
        }
    }

    #[test]
    fn cuts_change_nothing(text in text(), variant in variant(), cuts: Vec<usize>) {
        let mut decoder = Decoder::new(variant);
        let mut bytes = Vec::new();
        let mut refused = None;
        for piece in pieces(&text, &cuts) {
            refused = refused.or(decoder.update(piece, &mut bytes).err());
        }
        refused = refused.or(decoder.finish(&mut bytes).err());
        match (decode(&text, variant), refused) {
            (Ok(whole), None) => prop_assert_eq!(whole, bytes),
            (Err(whole), Some(cut)) => prop_assert_eq!(whole.reason(), cut.reason()),
            (whole, cut) => prop_assert!(false, "{:?} but {:?}", whole, cut),
        }
    }

    #[test]
    fn encoding_in_pieces(bytes: Vec<u8>, variant in variant(), cuts: Vec<usize>) {
        let mut encoder = Encoder::new(variant);
        let mut text = Vec::new();
        for piece in pieces(&bytes, &cuts) {
            encoder.update(piece, &mut text).unwrap();
        }
        encoder.finish(&mut text).unwrap();
        prop_assert_eq!(text, encode(&bytes, variant).unwrap().into_bytes());
    }

    #[test]
    fn lines_of_any_length(bytes in prop::collection::vec(any::<u8>(), 0..20_000), width in 1_usize..5000) {
        let text = encode(&bytes, Variant::Standard).unwrap();
        let lines: Vec<&[u8]> = text.as_bytes().chunks(width).collect();
        prop_assert_eq!(decode(&lines.join(&b"\r\n"[..]), Variant::Standard).unwrap(), bytes);
    }
}
