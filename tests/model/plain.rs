//! The model: what there is after an operation, in as few words as possible.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use netgraft::ErrorKind;

/// Namespaces that interfaces are added to; the links' home is another one.
pub(crate) const NAMESPACES: usize = 4;
/// Veth pairs, each of whose ends can be moved.
const PAIRS: usize = 4;

/// The links that can be moved, by source name.
pub(crate) fn movable() -> Vec<String> {
    (0..PAIRS).flat_map(|n| [format!("v{n}"), format!("w{n}")]).collect()
}

/// What a link is called whose other end was made with it.
pub(crate) fn peer(source: &str) -> Option<String> {
    source.starts_with('m').then(|| format!("p{source}"))
}

/// Everything that has to do with the number of an add, which is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Number(pub(crate) usize);

impl Number {
    /// An address of the interface's own subnet, without its length.
    pub(crate) fn host(self, ipv6: bool, host: u8) -> String {
        if ipv6 { format!("fd00:0:{:x}::{host:x}", self.0) } else { self.ipv4(10, host) }
    }

    /// A destination that is reached by other ways.
    pub(crate) fn destination(self, ipv6: bool, first: u8) -> String {
        if ipv6 { format!("fd{first:02x}:0:{:x}::/64", self.0) } else { self.ipv4(first, 0) + "/24" }
    }

    fn ipv4(self, first: u8, host: u8) -> String {
        format!("{first}.{}.{}.{host}", self.0 / 250, self.0 % 250)
    }

    pub(crate) fn has_ipv6(self) -> bool {
        self.0 % 3 != 0
    }

    pub(crate) fn has_route(self) -> bool {
        self.0 % 2 == 0
    }

    /// Whether it was given default routes, to be installed later.
    pub(crate) fn has_default(self) -> bool {
        self.0 % 5 < 3
    }
}

/// One operation in a namespace, that a process can be told in words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operation {
    Add { source: String, number: Number },
    Remove { source: String },
    SetGateway { ipv6: bool, number: Number, host: u8, replace: bool },
    UnsetGateway { ipv6: bool },
    SetDefault { ipv6: bool, source: String },
    UnsetDefault { ipv6: bool },
    AddRoute { ipv6: bool, to: Number, via: Number },
    RemoveRoute { ipv6: bool, to: Number, via: Number },
    AddNeighbour { source: String, number: Number, mac: u8 },
    DeleteNeighbour { source: String, number: Number },
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Add { source, number } => write!(f, "add {source} {}", number.0),
            Self::Remove { source } => write!(f, "remove {source}"),
            Self::SetGateway { ipv6, number, host, replace } => {
                write!(f, "set-gateway {ipv6} {} {host} {replace}", number.0)
            }
            Self::UnsetGateway { ipv6 } => write!(f, "unset-gateway {ipv6}"),
            Self::SetDefault { ipv6, source } => write!(f, "set-default {ipv6} {source}"),
            Self::UnsetDefault { ipv6 } => write!(f, "unset-default {ipv6}"),
            Self::AddRoute { ipv6, to, via } => write!(f, "add-route {ipv6} {} {}", to.0, via.0),
            Self::RemoveRoute { ipv6, to, via } => write!(f, "remove-route {ipv6} {} {}", to.0, via.0),
            Self::AddNeighbour { source, number, mac } => write!(f, "add-neighbour {source} {} {mac}", number.0),
            Self::DeleteNeighbour { source, number } => write!(f, "delete-neighbour {source} {}", number.0),
        }
    }
}

impl Operation {
    pub(crate) fn parse(words: &[&str]) -> Self {
        let source = |word: &str| word.to_owned();
        let number = |word: &str| Number(word.parse().unwrap());
        let flag = |word: &str| word.parse().unwrap();
        let byte = |word: &str| word.parse().unwrap();
        match *words {
            ["add", link, n] => Self::Add { source: source(link), number: number(n) },
            ["remove", link] => Self::Remove { source: source(link) },
            ["set-gateway", six, n, host, replace] => {
                Self::SetGateway { ipv6: flag(six), number: number(n), host: byte(host), replace: flag(replace) }
            }
            ["unset-gateway", six] => Self::UnsetGateway { ipv6: flag(six) },
            ["set-default", six, link] => Self::SetDefault { ipv6: flag(six), source: source(link) },
            ["unset-default", six] => Self::UnsetDefault { ipv6: flag(six) },
            ["add-route", six, to, via] => Self::AddRoute { ipv6: flag(six), to: number(to), via: number(via) },
            ["remove-route", six, to, via] => Self::RemoveRoute { ipv6: flag(six), to: number(to), via: number(via) },
            ["add-neighbour", link, n, mac] => {
                Self::AddNeighbour { source: source(link), number: number(n), mac: byte(mac) }
            }
            ["delete-neighbour", link, n] => Self::DeleteNeighbour { source: source(link), number: number(n) },
            _ => unreachable!("{words:?}"),
        }
    }
}

/// What there is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Model {
    pub(crate) namespaces: [Space; NAMESPACES],
}

/// What there is in one namespace.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Space {
    /// By source name.
    pub(crate) interfaces: BTreeMap<String, (Number, String)>,
    /// The default route of IPv4 and of IPv6: the gateway, if it is one, and the interface.
    resort: [Option<(Option<String>, String)>; 2],
    /// By destination, and whether of IPv6: the next hops, and the interface that leads to each.
    routes: BTreeMap<(bool, String), Vec<(Number, String)>>,
    /// By interface and the number in their address.
    neighbours: BTreeMap<(String, Number), u8>,
}

impl Model {
    /// Does an operation in a namespace, or tells how it is refused.
    pub(crate) fn apply(&mut self, namespace: usize, operation: &Operation) -> Result<(), ErrorKind> {
        if let Operation::Add { source, number } = operation {
            if self.namespaces[namespace].interfaces.contains_key(source) {
                return Err(ErrorKind::Exists);
            }
            // Away from home.
            if self.namespaces.iter().any(|space| space.interfaces.contains_key(source)) {
                return Err(ErrorKind::NotFound);
            }
            return self.namespaces[namespace].add(source, *number);
        }
        self.namespaces[namespace].apply(operation)
    }

    pub(crate) fn count(&self) -> usize {
        self.namespaces.iter().map(|space| space.interfaces.len()).sum()
    }

    /// The links that are at home.
    pub(crate) fn at_home(&self) -> BTreeSet<String> {
        let away = |source: &String| self.namespaces.iter().any(|space| space.interfaces.contains_key(source));
        let peers = self.namespaces.iter().flat_map(|space| space.interfaces.keys().filter_map(|source| peer(source)));
        movable().into_iter().filter(|source| !away(source)).chain(peers).map(|name| format!("link {name}")).collect()
    }
}

impl Space {
    fn add(&mut self, source: &str, number: Number) -> Result<(), ErrorKind> {
        if self.interfaces.values().any(|(other, _)| *other == number) {
            return Err(ErrorKind::AddressClash);
        }
        let taken: BTreeSet<&str> = self.interfaces.values().map(|(_, name)| &**name).collect();
        let name = (0..).map(|n| format!("eth{n}")).find(|name| !taken.contains(&**name)).unwrap();
        self.interfaces.insert(source.to_owned(), (number, name));
        Ok(())
    }

    fn apply(&mut self, operation: &Operation) -> Result<(), ErrorKind> {
        match operation {
            Operation::Add { .. } => unreachable!(),
            Operation::Remove { source } => {
                self.interfaces.remove(source).ok_or(ErrorKind::NotFound)?;
                for resort in &mut self.resort {
                    resort.take_if(|(_, by)| by == source);
                }
                // The kernel keeps what is left of a route of IPv6.
                self.routes.retain(|(ipv6, _), hops| match ipv6 {
                    true => {
                        hops.retain(|(_, by)| by != source);
                        !hops.is_empty()
                    }
                    false => hops.iter().all(|(_, by)| by != source),
                });
                self.neighbours.retain(|(by, _), _| by != source);
            }
            Operation::SetGateway { ipv6, number, host, replace } => {
                let by = self.leads_to(*ipv6, *number).ok_or(ErrorKind::Unreachable)?;
                let resort = &mut self.resort[usize::from(*ipv6)];
                if resort.is_some() && !replace {
                    return Err(ErrorKind::Exists);
                }
                *resort = Some((Some(number.host(*ipv6, *host)), by));
            }
            Operation::UnsetGateway { ipv6 } => {
                self.resort[usize::from(*ipv6)].take_if(|(gateway, _)| gateway.is_some());
            }
            Operation::SetDefault { ipv6, source } => {
                let (number, _) = self.interfaces.get(source).ok_or(ErrorKind::NotFound)?;
                if !number.has_default() || *ipv6 && !number.has_ipv6() {
                    return Err(ErrorKind::NotFound);
                }
                let resort = &mut self.resort[usize::from(*ipv6)];
                if resort.is_some() {
                    return Err(ErrorKind::Exists);
                }
                *resort = Some((None, source.clone()));
            }
            Operation::UnsetDefault { ipv6 } => {
                self.resort[usize::from(*ipv6)].take_if(|(gateway, _)| gateway.is_none());
            }
            Operation::AddRoute { ipv6, to, via } => {
                let by = self.leads_to(*ipv6, *via).ok_or(ErrorKind::Unreachable)?;
                let place = (*ipv6, to.destination(*ipv6, STATIC));
                let mut hops = self.routes.get(&place).cloned().unwrap_or_default();
                if hops.iter().any(|(hop, _)| hop == via) {
                    return Err(ErrorKind::Exists);
                }
                self.reach_again(*ipv6, &mut hops)?;
                hops.push((*via, by));
                self.routes.insert(place, hops);
            }
            Operation::RemoveRoute { ipv6, to, via } => {
                let place = (*ipv6, to.destination(*ipv6, STATIC));
                let mut hops = self.routes.get(&place).cloned().unwrap_or_default();
                if hops.iter().all(|(hop, _)| hop != via) {
                    return Err(ErrorKind::NotFound);
                }
                hops.retain(|(hop, _)| hop != via);
                self.reach_again(*ipv6, &mut hops)?;
                match hops.is_empty() {
                    true => self.routes.remove(&place),
                    false => self.routes.insert(place, hops),
                };
            }
            Operation::AddNeighbour { source, number, mac } => {
                self.interfaces.get(source).ok_or(ErrorKind::NotFound)?;
                let key = (source.clone(), *number);
                if self.neighbours.contains_key(&key) {
                    return Err(ErrorKind::NeighbourExists);
                }
                self.neighbours.insert(key, *mac);
            }
            Operation::DeleteNeighbour { source, number } => {
                self.interfaces.get(source).ok_or(ErrorKind::NotFound)?;
                let key = (source.clone(), *number);
                self.neighbours.remove(&key).ok_or(ErrorKind::NeighbourMissing)?;
            }
        }
        Ok(())
    }

    /// Finds the interfaces that lead to the next hops of a route that is made anew, as one of IPv4 is for each change.
    fn reach_again(&self, ipv6: bool, hops: &mut [(Number, String)]) -> Result<(), ErrorKind> {
        for (hop, by) in hops.iter_mut().filter(|_| !ipv6) {
            *by = self.leads_to(ipv6, *hop).ok_or(ErrorKind::Unreachable)?;
        }
        Ok(())
    }

    /// The interface by which a subnet is reached directly: its own, or one that is the way to everything.
    fn leads_to(&self, ipv6: bool, number: Number) -> Option<String> {
        let own = self.interfaces.iter().find(|(_, (other, _))| *other == number && (!ipv6 || number.has_ipv6()));
        let everything = || match &self.resort[usize::from(ipv6)] {
            Some((None, source)) => Some(source.clone()),
            _ => None,
        };
        own.map(|(source, _)| source.clone()).or_else(everything)
    }

    /// Which neighbours there are.
    pub(crate) fn neighbours(&self) -> Vec<(String, Number)> {
        self.neighbours.keys().cloned().collect()
    }

    /// All of it, as `seen` shows what the kernel has.
    pub(crate) fn shown(&self) -> BTreeSet<String> {
        let name = |source: &String| &self.interfaces[source].1;
        let mut shown = BTreeSet::new();
        for (number, name) in self.interfaces.values() {
            let ipv6 = if number.has_ipv6() { format!(" {}/64", number.host(true, OWN)) } else { String::new() };
            shown.insert(format!("link {name} {}/24{ipv6}", number.host(false, OWN)));
            if number.has_route() {
                shown.insert(format!("route {} dev {name}", number.destination(false, ON_LINK)));
            }
        }
        for (ipv6, resort) in [false, true].into_iter().zip(&self.resort) {
            let Some((gateway, source)) = resort else { continue };
            let via = gateway.as_ref().map_or_else(String::new, |gateway| format!(" via {gateway}"));
            let family = if ipv6 { "IPv6" } else { "IPv4" };
            shown.insert(format!("route {family} default{via} dev {}", name(source)));
        }
        for ((ipv6, to), hops) in &self.routes {
            let hop =
                |(via, source): &(Number, String)| format!(" via {} dev {}", via.host(*ipv6, NEXT_HOP), name(source));
            shown.insert(format!("route {to}{}", hops.iter().map(hop).collect::<String>()));
        }
        shown.extend(self.neighbours.iter().map(|((source, number), mac)| {
            let address = number.host(false, NEIGHBOUR);
            format!("neigh {address} 02:00:00:00:00:{mac:02x} dev {}", name(source))
        }));
        shown
    }
}

/// Hosts in the subnet of an interface: itself, a next hop, a neighbour.
pub(crate) const OWN: u8 = 2;
pub(crate) const NEXT_HOP: u8 = 9;
pub(crate) const NEIGHBOUR: u8 = 7;
/// What destinations begin with: on-link routes, and static ones.
pub(crate) const ON_LINK: u8 = 11;
pub(crate) const STATIC: u8 = 12;
