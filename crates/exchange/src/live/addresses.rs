//! Which addresses may be reached: private networks are out of bounds unless allowed
//! (communication.md §5 followRedirects, §8).

use std::collections::HashSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::{BoxFuture, TransportError, TransportErrorKind};

/// Which addresses may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressPolicy {
    /// Allow everything, private and link-local networks included.
    pub allow_private: bool,
    /// Allow this machine, for URLs that name it themselves (`127.0.0.1`, `[::1]`, `localhost`). A
    /// public name that resolves to this machine stays refused.
    pub allow_loopback: bool,
}

impl Default for AddressPolicy {
    fn default() -> Self {
        Self { allow_private: false, allow_loopback: true }
    }
}

impl AddressPolicy {
    /// Refuses a URL whose host is an address out of bounds. Names are judged when they resolve.
    ///
    /// # Errors
    /// [`TransportErrorKind::BlockedAddress`].
    pub fn check_url(&self, url: &Url) -> Result<(), TransportError> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(name)) if is_loopback_name(name) && !self.permits_loopback() => {
                return Err(Blocked::new(name, Reach::Loopback).into());
            }
            _ => return Ok(()),
        };
        match reach(address) {
            Reach::Public => Ok(()),
            Reach::Loopback if self.permits_loopback() => Ok(()),
            _ if self.allow_private => Ok(()),
            reach => Err(Blocked::new(&address.to_string(), reach).into()),
        }
    }

    fn permits_loopback(&self) -> bool {
        self.allow_loopback || self.allow_private
    }

    /// Whether a name may lead to this address.
    fn permits(&self, name: &str, address: IpAddr) -> bool {
        match reach(address) {
            _ if self.allow_private => true,
            Reach::Public => true,
            Reach::Loopback => self.allow_loopback && is_loopback_name(name),
            Reach::Private(_) => false,
        }
    }
}

/// Whether a URL names this machine itself.
pub fn is_loopback_url(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => reach(address.into()) == Reach::Loopback,
        Some(Host::Ipv6(address)) => reach(address.into()) == Reach::Loopback,
        Some(Host::Domain(name)) => is_loopback_name(name),
        None => false,
    }
}

/// `localhost` and everything below it (RFC 6761 §6.3).
fn is_loopback_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit('.').next().unwrap_or(name);
    last.eq_ignore_ascii_case("localhost")
}

/// How far an address reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Public,
    Loopback,
    Private(&'static str),
}

fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

/// The special blocks of RFC 6890 and its registry.
fn reach_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        [127, ..] => Reach::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Reach::Private("private"),
        [169, 254, ..] => Reach::Private("link-local"),
        [100, 64..=127, ..] => Reach::Private("shared"),
        [0, ..] => Reach::Private("unspecified"),
        [192, 0, 0, _] | [192, 0, 2, _] | [198, 18..=19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => {
            Reach::Private("reserved")
        }
        [224..=239, ..] => Reach::Private("multicast"),
        [240..=255, ..] => Reach::Private("reserved"),
        _ => Reach::Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    if address == Ipv6Addr::LOCALHOST {
        return Reach::Loopback;
    }
    match address.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        [0x2002, high, low, ..] => embedded(high, low),
        [0x64, 0xff9b, 1, ..] | [0xfc00..=0xfdff, ..] | [0xfec0..=0xfeff, ..] => Reach::Private("private"),
        [0xfe80..=0xfebf, ..] => Reach::Private("link-local"),
        [0xff00..=0xffff, ..] => Reach::Private("multicast"),
        [0x2001, 0 | 0xdb8, ..] | [0x100, 0, 0, 0, ..] => Reach::Private("reserved"),
        _ => Reach::Public,
    }
}

/// An IPv4 address carried within an IPv6 address reaches as far as itself; none of these forms is
/// a way of naming this machine.
fn embedded(high: u16, low: u16) -> Reach {
    let [a, b] = high.to_be_bytes();
    let [c, d] = low.to_be_bytes();
    match reach_v4(Ipv4Addr::new(a, b, c, d)) {
        Reach::Loopback => Reach::Private("loopback in disguise"),
        reach => reach,
    }
}

/// An address that may not be reached.
#[derive(Debug, Clone, thiserror::Error)]
#[error(
    "{host} is a {reach} address. A definition that can reach into a private network can be used to attack it, so this is refused. Allow private addresses if you trust the definition"
)]
pub(super) struct Blocked {
    host: String,
    reach: &'static str,
}

impl Blocked {
    fn new(host: &str, reach: Reach) -> Self {
        let reach = match reach {
            Reach::Private(reach) => reach,
            Reach::Loopback => "loopback",
            Reach::Public => "public",
        };
        Self { host: host.to_owned(), reach }
    }
}

impl From<Blocked> for TransportError {
    fn from(blocked: Blocked) -> Self {
        TransportError::new(TransportErrorKind::BlockedAddress, blocked.to_string())
    }
}

/// Turns a host name into addresses.
pub trait HostLookup: Send + Sync {
    /// The addresses of `host`; the port of each is ignored.
    fn lookup<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>>;
}

/// The system's own name resolution.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemLookup;

impl HostLookup for SystemLookup {
    fn lookup<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.collect()) })
    }
}

/// Resolves names and hands out only addresses within bounds, so that the address that was checked
/// is the one that is connected to.
#[derive(Clone)]
pub(super) struct GuardedResolver {
    pub lookup: Arc<dyn HostLookup>,
    pub policy: AddressPolicy,
    /// The proxies' own hosts: where they are is the user's choice, not the definition's.
    pub proxies: HashSet<String>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let name = name.as_str();
            let found = resolver.lookup.lookup(name).await?;
            let first = found.first().copied();
            let exempt = resolver.proxies.contains(&name.to_ascii_lowercase());
            let permitted: Vec<SocketAddr> =
                found.into_iter().filter(|address| exempt || resolver.policy.permits(name, address.ip())).collect();
            match first {
                Some(first) if permitted.is_empty() => {
                    Err(Blocked::new(&format!("{name} ({})", first.ip()), reach(first.ip())).into())
                }
                Some(_) => Ok(Box::new(permitted.into_iter()) as Addrs),
                None => Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address").into()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(policy: AddressPolicy, url: &str) -> bool {
        policy.check_url(&Url::parse(url).unwrap()).is_ok()
    }

    #[test]
    fn literal_addresses_out_of_bounds_are_refused_in_every_spelling() {
        let refused = [
            "http://10.0.0.1/",
            "http://172.31.255.255/",
            "http://192.168.1.1:8080/",
            "http://169.254.169.254/latest/meta-data",
            "http://100.64.0.1/",
            "http://0.0.0.0/",
            "http://0/",
            "http://3232235777/",
            "http://0xc0a80101/",
            "http://0300.0250.1.1/",
            "http://255.255.255.255/",
            "http://224.0.0.1/",
            "http://[::]/",
            "http://[::ffff:10.0.0.1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::7f00:1]/",
            "http://[64:ff9b::a9fe:a9fe]/",
            "http://[2002:a00:1::]/",
            "http://[2001:0:1::1]/",
            "http://[fd00::1]/",
            "http://[fe80::1]/",
            "http://[ff02::1]/",
        ];
        for url in refused {
            assert!(!verdict(AddressPolicy::default(), url), "{url}");
            assert!(verdict(AddressPolicy { allow_private: true, allow_loopback: false }, url), "{url}");
        }
    }

    #[test]
    fn public_addresses_and_names_pass() {
        for url in [
            "https://1.1.1.1/",
            "https://172.32.0.1/",
            "http://[2606:4700::1111]/",
            "https://a.example/",
            "http://[64:ff9b::101:101]/",
        ] {
            assert!(verdict(AddressPolicy::default(), url), "{url}");
        }
    }

    #[test]
    fn this_machine_passes_when_it_is_named_and_allowed() {
        for url in [
            "http://127.0.0.1:1/",
            "http://127.9.9.9/",
            "http://2130706433/",
            "http://[::1]/",
            "http://localhost/",
            "http://a.LOCALHOST./",
        ] {
            assert!(verdict(AddressPolicy::default(), url), "{url}");
            assert!(is_loopback_url(&Url::parse(url).unwrap()), "{url}");
            assert!(!verdict(AddressPolicy { allow_private: false, allow_loopback: false }, url), "{url}");
        }
        assert!(!is_loopback_url(&Url::parse("http://localhost.example/").unwrap()));
    }

    #[test]
    fn a_name_may_not_lead_where_its_url_does_not_say() {
        let policy = AddressPolicy::default();
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        assert!(policy.permits("localhost", loopback));
        assert!(!policy.permits("rebind.example", loopback));
        assert!(!policy.permits("rebind.example", IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1))));
        assert!(!policy.permits("localhost", IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1))));
        assert!(policy.permits("a.example", IpAddr::V4(Ipv4Addr::new(1, 1, 1, 1))));
    }

    #[test]
    fn the_message_says_what_why_and_what_to_do() {
        let url = Url::parse("http://169.254.169.254/secret?token=hunter2").unwrap();
        let error = AddressPolicy::default().check_url(&url).unwrap_err();
        assert_eq!(error.kind, TransportErrorKind::BlockedAddress);
        assert!(error.message.contains("169.254.169.254 is a link-local address"), "{error}");
        assert!(!error.message.contains("hunter2"));
    }
}
