
# Values that the machine knows. Words of a command line in order, by command; then options with values.
set -g __netgraft_places \
@FISH_PLACES@
set -g __netgraft_options @OPTIONS@
set -g __netgraft_keys \
@FISH_KEYS@

# Prints the words in front of the cursor that are no options, nor their values.
function __netgraft_typed
    set -l option 0
    for word in (commandline -opc)[2..-1]
        if test $option = 1
            set option 0
        else if string match -q -- "$word:*" $__netgraft_options
            set option 1
        else if not string match -q -- '-*' $word
            echo -- $word
        end
    end
end

# Prints the kind of the word at the cursor, if only the machine knows its values.
function __netgraft_kind
    set -l typed (__netgraft_typed)
    test (count $typed) -gt 0; or return 1
    set -l place $typed[1]
    set -l first 0
    if test (count $typed) -gt 2; and string match -q -- "$place.$typed[3] *" $__netgraft_places
        set place $place.$typed[3]
        set first 2
    end
    set -l kinds (string match -- "$place *" $__netgraft_places | string split ' ')
    set -l kind $kinds[(math (count $typed) - $first + 1)]
    if test -z "$kind"; and string match -q -- '*+' $kinds[-1]
        set kind $kinds[-1]
    end
    test -n "$kind" -a "$kind" != -; or return 1
    # string fails where there is nothing to trim.
    string trim -c + -- $kind; or true
end

# Prints the candidates for a kind of word.
function __netgraft_candidates -a kind
    set -l typed (__netgraft_typed) current current
    switch $kind
        case NETNS
            echo current
            command ls /run/netns 2>/dev/null
        case SOURCE
            netgraft --json list $typed[2] 2>/dev/null | string match -ra '"source":"[^"]*"' | cut -d '"' -f 4 | sed 's/\\\\\\\\/\\\\/g'
        case LINK
            __netgraft_links env
        case DEVICE
            __netgraft_links netgraft run $typed[2] --
        case CREATE
            __netgraft_kinds (commandline -ct)
    end
end

# Prints the links that a program sees when it is started by these words.
function __netgraft_links
    $argv cat /proc/net/dev 2>/dev/null | string replace -rf '^ *(\S+):.*' '$1' | string replace -a '\\' '\\\\'
end

# Prints what can follow the begin of a value of --create: kinds, then a kind's keys.
function __netgraft_kinds -a begun
    set -l before (string match -r '.*,' -- $begun)
    for row in $__netgraft_keys
        set -l keys (string split -n ' ' -- $row)
        if test -z "$before"
            echo -- $keys[1]
        else if string match -q -- "$keys[1],*" $before
            for key in $keys[2..-1]
                set -l parts (string split = -- $key)
                if contains -- "$parts[2]" LINK NETNS
                    printf "$before$parts[1]=%s\n" (__netgraft_candidates $parts[2])
                else
                    echo -- $before$key
                end
            end
        end
    end
end

function __netgraft_has_words -a number
    test (count (__netgraft_typed)) = $number
end

complete -c netgraft -f
complete -c netgraft -n '__fish_seen_subcommand_from adopt batch run exec' -F
complete -c netgraft -n __netgraft_kind -f -a '(__netgraft_candidates (__netgraft_kind))'
