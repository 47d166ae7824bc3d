// swift-format-ignore-file
// Written by scripts/generate-commands from Redis 7.0.15; not to be edited.

extension CommandTable {
  /// The server that the table was made from.
  static let version = "7.0.15"

  /// A row for each command and subcommand, in order: name, group, since, arity, flags (w write, r readonly, b blocking,
  /// p pubsub, a admin), where keys stand, arguments (in `Syntax.Notation.table`), summary; separated by tabs.
  static let rows: StaticString = #"""
ACL	server	6.0.0	-2				A container for Access List Control commands 
ACL CAT	server	6.0.0	-2			[categoryname]	List the ACL categories or the commands inside a category
ACL DELUSER	server	6.0.0	-3	a		username [username ...]	Remove the specified ACL users and the associated rules
ACL DRYRUN	server	7.0.0	-4	a		username command [arg [arg ...]]	Returns whether the user can execute the given command without executing the command
ACL GENPASS	server	6.0.0	-2			[#bits]	Generate a pseudorandom secure password to use for ACL users
ACL GETUSER	server	6.0.0	3	a		username	Get the rules for a specific ACL user
ACL HELP	server	6.0.0	2				Show helpful text about the different subcommands
ACL LIST	server	6.0.0	2	a			List the current ACL rules in ACL config file format
ACL LOAD	server	6.0.0	2	a			Reload the ACLs from the configured ACL file
ACL LOG	server	6.0.0	-2	a		[{#count|RESET}]	List latest events denied because of ACLs in place
ACL SAVE	server	6.0.0	2	a			Save the current ACL rules in the configured ACL file
ACL SETUSER	server	6.0.0	-3	a		username [rule [rule ...]]	Modify or create the rules for a specific ACL user
ACL USERS	server	6.0.0	2	a			List the username of all the configured ACL rules
ACL WHOAMI	server	6.0.0	2				Return the name of the user associated to the current connection
APPEND	string	2.0.0	3	w	i1:r0/1	key value	Append a value to a key
ASKING	cluster	3.0.0	1				Sent by cluster clients after an -ASK redirect
AUTH	connection	1.0.0	-2			[username] password	Authenticate to the server
BGREWRITEAOF	server	1.0.0	1	a			Asynchronously rewrite the append-only file
BGSAVE	server	1.0.0	-1	a		[SCHEDULE]	Asynchronously save the dataset to disk
BITCOUNT	bitmap	2.6.0	-2	r	i1:r0/1	key [#start #end [{BYTE|BIT}]]	Count set bits in a string
BITFIELD	bitmap	3.2.0	-2	w	i1:r0/1	key [{GET encoding #offset|[OVERFLOW {WRAP|SAT|FAIL}] {SET encoding #offset #value|INCRBY encoding #offset #increment}} [{GET encoding #offset|[OVERFLOW {WRAP|SAT|FAIL}] {SET encoding #offset #value|INCRBY encoding #offset #increment}} ...]]	Perform arbitrary bitfield integer operations on strings
BITFIELD_RO	bitmap	6.0.0	-2	r	i1:r0/1	key [GET encoding #offset [GET encoding #offset ...]]	Perform arbitrary bitfield integer operations on strings. Read-only variant of BITFIELD
BITOP	bitmap	2.6.0	-4	w	i2:r0/1 i3:r-1/1	operation destkey key [key ...]	Perform bitwise operations between strings
BITPOS	bitmap	2.8.7	-3	r	i1:r0/1	key #bit [#start [#end [{BYTE|BIT}]]]	Find first bit set or clear in a string
BLMOVE	list	6.2.0	6	wb	i1:r0/1 i2:r0/1	source destination {LEFT|RIGHT} {LEFT|RIGHT} #timeout	Pop an element from a list, push it to another list and return it; or block until one is available
BLMPOP	list	7.0.0	-5	wb	i2:n0/1/1	#timeout #numkeys key [key ...] {LEFT|RIGHT} [COUNT #count]	Pop elements from a list, or block until one is available
BLPOP	list	2.0.0	-3	wb	i1:r-2/1	key [key ...] #timeout	Remove and get the first element in a list, or block until one is available
BRPOP	list	2.0.0	-3	wb	i1:r-2/1	key [key ...] #timeout	Remove and get the last element in a list, or block until one is available
BRPOPLPUSH	list	2.2.0	4	wb	i1:r0/1 i2:r0/1	source destination #timeout	Pop an element from a list, push it to another list and return it; or block until one is available
BZMPOP	sorted-set	7.0.0	-5	wb	i2:n0/1/1	#timeout #numkeys key [key ...] {MIN|MAX} [COUNT #count]	Remove and return members with scores in a sorted set or block until one is available
BZPOPMAX	sorted-set	5.0.0	-3	wb	i1:r-2/1	key [key ...] #timeout	Remove and return the member with the highest score from one or more sorted sets, or block until one is available
BZPOPMIN	sorted-set	5.0.0	-3	wb	i1:r-2/1	key [key ...] #timeout	Remove and return the member with the lowest score from one or more sorted sets, or block until one is available
CLIENT	connection	2.4.0	-2				A container for client connection commands
CLIENT CACHING	connection	6.0.0	3			{YES|NO}	Instruct the server about tracking or not keys in the next request
CLIENT GETNAME	connection	2.6.9	2				Get the current connection name
CLIENT GETREDIR	connection	6.0.0	2				Get tracking notifications redirection client ID if any
CLIENT HELP	connection	5.0.0	2				Show helpful text about the different subcommands
CLIENT ID	connection	5.0.0	2				Returns the client ID for the current connection
CLIENT INFO	connection	6.2.0	2				Returns information about the current client connection
CLIENT KILL	connection	2.4.0	-3	a		{ip:port|{[ID #client-id]|[TYPE {NORMAL|MASTER|SLAVE|REPLICA|PUBSUB}]|[USER username]|[ADDR ip:port]|[LADDR ip:port]|[SKIPME yes/no]} [{[ID #client-id]|[TYPE {NORMAL|MASTER|SLAVE|REPLICA|PUBSUB}]|[USER username]|[ADDR ip:port]|[LADDR ip:port]|[SKIPME yes/no]} ...]}	Kill the connection of a client
CLIENT LIST	connection	2.4.0	-2	a		[TYPE {NORMAL|MASTER|REPLICA|PUBSUB}] [ID #client-id [#client-id ...]]	Get the list of client connections
CLIENT NO-EVICT	connection	7.0.0	3	a		{ON|OFF}	Set client eviction mode for the current connection
CLIENT PAUSE	connection	2.9.50	-3	a		#timeout [{WRITE|ALL}]	Stop processing commands from clients for some time
CLIENT REPLY	connection	3.2.0	3			{ON|OFF|SKIP}	Instruct the server whether to reply to commands
CLIENT SETNAME	connection	2.6.9	3			connection-name	Set the current connection name
CLIENT TRACKING	connection	6.0.0	-3			{ON|OFF} [REDIRECT #client-id] [PREFIX prefix [PREFIX prefix ...]] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]	Enable or disable server assisted client side caching support
CLIENT TRACKINGINFO	connection	6.2.0	2				Return information about server assisted client side caching for the current connection
CLIENT UNBLOCK	connection	5.0.0	-3	a		#client-id [{TIMEOUT|ERROR}]	Unblock a client blocked in a blocking command from a different connection
CLIENT UNPAUSE	connection	6.2.0	2	a			Resume processing of clients that were paused
CLUSTER	cluster	3.0.0	-2				A container for cluster commands
CLUSTER ADDSLOTS	cluster	3.0.0	-3	a		#slot [#slot ...]	Assign new hash slots to receiving node
CLUSTER ADDSLOTSRANGE	cluster	7.0.0	-4	a		#start-slot #end-slot [#start-slot #end-slot ...]	Assign new hash slots to receiving node
CLUSTER BUMPEPOCH	cluster	3.0.0	2	a			Advance the cluster config epoch
CLUSTER COUNT-FAILURE-REPORTS	cluster	3.0.0	3	a		node-id	Return the number of failure reports active for a given node
CLUSTER COUNTKEYSINSLOT	cluster	3.0.0	3			#slot	Return the number of local keys in the specified hash slot
CLUSTER DELSLOTS	cluster	3.0.0	-3	a		#slot [#slot ...]	Set hash slots as unbound in receiving node
CLUSTER DELSLOTSRANGE	cluster	7.0.0	-4	a		#start-slot #end-slot [#start-slot #end-slot ...]	Set hash slots as unbound in receiving node
CLUSTER FAILOVER	cluster	3.0.0	-2	a		[{FORCE|TAKEOVER}]	Forces a replica to perform a manual failover of its master
CLUSTER FLUSHSLOTS	cluster	3.0.0	2	a			Delete a node's own slots information
CLUSTER FORGET	cluster	3.0.0	3	a		node-id	Remove a node from the nodes table
CLUSTER GETKEYSINSLOT	cluster	3.0.0	4			#slot #count	Return local key names in the specified hash slot
CLUSTER HELP	cluster	5.0.0	2				Show helpful text about the different subcommands
CLUSTER INFO	cluster	3.0.0	2				Provides info about Redis Cluster node state
CLUSTER KEYSLOT	cluster	3.0.0	3			key	Returns the hash slot of the specified key
CLUSTER LINKS	cluster	7.0.0	2				Returns a list of all TCP links to and from peer nodes in cluster
CLUSTER MEET	cluster	3.0.0	-4	a		ip #port [#cluster_bus_port]	Force a node cluster to handshake with another node
CLUSTER MYID	cluster	3.0.0	2				Return the node id
CLUSTER NODES	cluster	3.0.0	2				Get Cluster config for the node
CLUSTER REPLICAS	cluster	5.0.0	3	a		node-id	List replica nodes of the specified master node
CLUSTER REPLICATE	cluster	3.0.0	3	a		node-id	Reconfigure a node as a replica of the specified master node
CLUSTER RESET	cluster	3.0.0	-2	a		[{HARD|SOFT}]	Reset a Redis Cluster node
CLUSTER SAVECONFIG	cluster	3.0.0	2	a			Forces the node to save cluster state on disk
CLUSTER SET-CONFIG-EPOCH	cluster	3.0.0	3	a		#config-epoch	Set the configuration epoch in a new node
CLUSTER SETSLOT	cluster	3.0.0	-4	a		#slot {IMPORTING node-id|MIGRATING node-id|NODE node-id|STABLE}	Bind a hash slot to a specific node
CLUSTER SHARDS	cluster	7.0.0	2				Get array of cluster slots to node mappings
CLUSTER SLAVES	cluster	3.0.0	3	a		node-id	List replica nodes of the specified master node
CLUSTER SLOTS	cluster	3.0.0	2				Get array of Cluster slot to node mappings
COMMAND	server	2.8.13	-1				Get array of Redis command details
COMMAND COUNT	server	2.8.13	2				Get total number of Redis commands
COMMAND DOCS	server	7.0.0	-2			[command-name [command-name ...]]	Get array of specific Redis command documentation
COMMAND GETKEYS	server	2.8.13	-4				Extract keys given a full Redis command
COMMAND GETKEYSANDFLAGS	server	7.0.0	-4				Extract keys and access flags given a full Redis command
COMMAND HELP	server	5.0.0	2				Show helpful text about the different subcommands
COMMAND INFO	server	2.8.13	-2			[command-name [command-name ...]]	Get array of specific Redis command details, or all when no argument is given
COMMAND LIST	server	7.0.0	-2			[FILTERBY {MODULE module-name|ACLCAT category|PATTERN pattern}]	Get an array of Redis command names
CONFIG	server	2.0.0	-2				A container for server configuration commands
CONFIG GET	server	2.0.0	-3	a		parameter [parameter ...]	Get the values of configuration parameters
CONFIG HELP	server	5.0.0	2				Show helpful text about the different subcommands
CONFIG RESETSTAT	server	2.0.0	2	a			Reset the stats returned by INFO
CONFIG REWRITE	server	2.8.0	2	a			Rewrite the configuration file with the in memory configuration
CONFIG SET	server	2.0.0	-4	a		parameter value [parameter value ...]	Set configuration parameters to the given values
COPY	generic	6.2.0	-3	w	i1:r0/1 i2:r0/1	source destination [DB #destination-db] [REPLACE]	Copy a key
DBSIZE	server	1.0.0	1	r			Return the number of keys in the selected database
DEBUG	server	1.0.0	-2	a			A container for debugging commands
DECR	string	1.0.0	2	w	i1:r0/1	key	Decrement the integer value of a key by one
DECRBY	string	1.0.0	3	w	i1:r0/1	key #decrement	Decrement the integer value of a key by the given number
DEL	generic	1.0.0	-2	w	i1:r-1/1	key [key ...]	Delete a key
DISCARD	transactions	2.0.0	1				Discard all commands issued after MULTI
DUMP	generic	2.6.0	2	r	i1:r0/1	key	Return a serialized version of the value stored at the specified key
ECHO	connection	1.0.0	2			message	Echo the given string
EVAL	scripting	2.6.0	-3		i2:n0/1/1	script #numkeys [key [key ...]] [arg [arg ...]]	Execute a Lua script server side
EVALSHA	scripting	2.6.0	-3		i2:n0/1/1	sha1 #numkeys [key [key ...]] [arg [arg ...]]	Execute a Lua script server side
EVALSHA_RO	scripting	7.0.0	-3	r	i2:n0/1/1	sha1 #numkeys [key [key ...]] [arg [arg ...]]	Execute a read-only Lua script server side
EVAL_RO	scripting	7.0.0	-3	r	i2:n0/1/1	script #numkeys [key [key ...]] [arg [arg ...]]	Execute a read-only Lua script server side
EXEC	transactions	1.2.0	1				Execute all commands issued after MULTI
EXISTS	generic	1.0.0	-2	r	i1:r-1/1	key [key ...]	Determine if a key exists
EXPIRE	generic	1.0.0	-3	w	i1:r0/1	key #seconds [{NX|XX|GT|LT}]	Set a key's time to live in seconds
EXPIREAT	generic	1.2.0	-3	w	i1:r0/1	key #unix-time-seconds [{NX|XX|GT|LT}]	Set the expiration for a key as a UNIX timestamp
EXPIRETIME	generic	7.0.0	2	r	i1:r0/1	key	Get the expiration Unix timestamp for a key
FAILOVER	server	6.2.0	-1	a		[TO host #port [FORCE]] [ABORT] [TIMEOUT #milliseconds]	Start a coordinated failover between this server and one of its replicas
FCALL	scripting	7.0.0	-3		i2:n0/1/1	function #numkeys [key [key ...]] [arg [arg ...]]	Invoke a function
FCALL_RO	scripting	7.0.0	-3	r	i2:n0/1/1	function #numkeys [key [key ...]] [arg [arg ...]]	Invoke a read-only function
FLUSHALL	server	1.0.0	-1	w		[{ASYNC|SYNC}]	Remove all keys from all databases
FLUSHDB	server	1.0.0	-1	w		[{ASYNC|SYNC}]	Remove all keys from the current database
FUNCTION	scripting	7.0.0	-2				A container for function commands
FUNCTION DELETE	scripting	7.0.0	3	w		library-name	Delete a function by name
FUNCTION DUMP	scripting	7.0.0	2				Dump all functions into a serialized binary payload
FUNCTION FLUSH	scripting	7.0.0	-2	w		[{ASYNC|SYNC}]	Deleting all functions
FUNCTION HELP	scripting	7.0.0	2				Show helpful text about the different subcommands
FUNCTION KILL	scripting	7.0.0	2				Kill the function currently in execution
FUNCTION LIST	scripting	7.0.0	-2			[LIBRARYNAME library-name-pattern] [WITHCODE]	List information about all the functions
FUNCTION LOAD	scripting	7.0.0	-3	w		[REPLACE] function-code	Create a function with the given arguments (name, code, description)
FUNCTION RESTORE	scripting	7.0.0	-3	w		serialized-value [{FLUSH|APPEND|REPLACE}]	Restore all the functions on the given payload
FUNCTION STATS	scripting	7.0.0	2				Return information about the function currently running (name, description, duration)
GEOADD	geo	3.2.0	-5	w	i1:r0/1	key [{NX|XX}] [CH] #longitude #latitude member [#longitude #latitude member ...]	Add one or more geospatial items in the geospatial index represented using a sorted set
GEODIST	geo	3.2.0	-4	r	i1:r0/1	key member1 member2 [{M|KM|FT|MI}]	Returns the distance between two members of a geospatial index
GEOHASH	geo	3.2.0	-2	r	i1:r0/1	key member [member ...]	Returns members of a geospatial index as standard geohash strings
GEOPOS	geo	3.2.0	-2	r	i1:r0/1	key member [member ...]	Returns longitude and latitude of members of a geospatial index
GEORADIUS	geo	3.2.0	-6	w	i1:r0/1 kSTORE/6:r0/1 kSTOREDIST/6:r0/1	key #longitude #latitude #radius {M|KM|FT|MI} [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT #count [ANY]] [{ASC|DESC}] [STORE key] [STOREDIST key]	Query a sorted set representing a geospatial index to fetch members matching a given maximum distance from a point
GEORADIUSBYMEMBER	geo	3.2.0	-5	w	i1:r0/1 kSTORE/5:r0/1 kSTOREDIST/5:r0/1	key member #radius {M|KM|FT|MI} [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT #count [ANY]] [{ASC|DESC}] [STORE key] [STOREDIST key]	Query a sorted set representing a geospatial index to fetch members matching a given maximum distance from a member
GEORADIUSBYMEMBER_RO	geo	3.2.10	-5	r	i1:r0/1	key member #radius {M|KM|FT|MI} [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT #count [ANY]] [{ASC|DESC}]	A read-only variant for GEORADIUSBYMEMBER
GEORADIUS_RO	geo	3.2.10	-6	r	i1:r0/1	key #longitude #latitude #radius {M|KM|FT|MI} [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT #count [ANY]] [{ASC|DESC}]	A read-only variant for GEORADIUS
GEOSEARCH	geo	6.2.0	-7	r	i1:r0/1	key {FROMMEMBER member|FROMLONLAT #longitude #latitude} {BYRADIUS #radius {M|KM|FT|MI}|BYBOX #width #height {M|KM|FT|MI}} [{ASC|DESC}] [COUNT #count [ANY]] [WITHCOORD] [WITHDIST] [WITHHASH]	Query a sorted set representing a geospatial index to fetch members inside an area of a box or a circle
GEOSEARCHSTORE	geo	6.2.0	-8	w	i1:r0/1 i2:r0/1	destination source {FROMMEMBER member|FROMLONLAT #longitude #latitude} {BYRADIUS #radius {M|KM|FT|MI}|BYBOX #width #height {M|KM|FT|MI}} [{ASC|DESC}] [COUNT #count [ANY]] [STOREDIST]	Query a sorted set representing a geospatial index to fetch members inside an area of a box or a circle, and store the result in another key
GET	string	1.0.0	2	r	i1:r0/1	key	Get the value of a key
GETBIT	bitmap	2.2.0	3	r	i1:r0/1	key #offset	Returns the bit value at offset in the string value stored at key
GETDEL	string	6.2.0	2	w	i1:r0/1	key	Get the value of a key and delete the key
GETEX	string	6.2.0	-2	w	i1:r0/1	key [{EX #seconds|PX #milliseconds|EXAT #unix-time-seconds|PXAT #unix-time-milliseconds|PERSIST}]	Get the value of a key and optionally set its expiration
GETRANGE	string	2.4.0	4	r	i1:r0/1	key #start #end	Get a substring of the string stored at a key
GETSET	string	1.0.0	3	w	i1:r0/1	key value	Set the string value of a key and return its old value
HDEL	hash	2.0.0	-3	w	i1:r0/1	key field [field ...]	Delete one or more hash fields
HELLO	connection	6.0.0	-1			[#protover [AUTH username password] [SETNAME clientname]]	Handshake with Redis
HEXISTS	hash	2.0.0	3	r	i1:r0/1	key field	Determine if a hash field exists
HGET	hash	2.0.0	3	r	i1:r0/1	key field	Get the value of a hash field
HGETALL	hash	2.0.0	2	r	i1:r0/1	key	Get all the fields and values in a hash
HINCRBY	hash	2.0.0	4	w	i1:r0/1	key field #increment	Increment the integer value of a hash field by the given number
HINCRBYFLOAT	hash	2.6.0	4	w	i1:r0/1	key field #increment	Increment the float value of a hash field by the given amount
HKEYS	hash	2.0.0	2	r	i1:r0/1	key	Get all the fields in a hash
HLEN	hash	2.0.0	2	r	i1:r0/1	key	Get the number of fields in a hash
HMGET	hash	2.0.0	-3	r	i1:r0/1	key field [field ...]	Get the values of all the given hash fields
HMSET	hash	2.0.0	-4	w	i1:r0/1	key field value [field value ...]	Set multiple hash fields to multiple values
HRANDFIELD	hash	6.2.0	-2	r	i1:r0/1	key [#count [WITHVALUES]]	Get one or multiple random fields from a hash
HSCAN	hash	2.8.0	-3	r	i1:r0/1	key #cursor [MATCH pattern] [COUNT #count]	Incrementally iterate hash fields and associated values
HSET	hash	2.0.0	-4	w	i1:r0/1	key field value [field value ...]	Set the string value of a hash field
HSETNX	hash	2.0.0	4	w	i1:r0/1	key field value	Set the value of a hash field, only if the field does not exist
HSTRLEN	hash	3.2.0	3	r	i1:r0/1	key field	Get the length of the value of a hash field
HVALS	hash	2.0.0	2	r	i1:r0/1	key	Get all the values in a hash
INCR	string	1.0.0	2	w	i1:r0/1	key	Increment the integer value of a key by one
INCRBY	string	1.0.0	3	w	i1:r0/1	key #increment	Increment the integer value of a key by the given amount
INCRBYFLOAT	string	2.6.0	3	w	i1:r0/1	key #increment	Increment the float value of a key by the given amount
INFO	server	1.0.0	-1			[section [section ...]]	Get information and statistics about the server
KEYS	generic	1.0.0	2	r		pattern	Find all keys matching the given pattern
LASTSAVE	server	1.0.0	1				Get the UNIX time stamp of the last successful save to disk
LATENCY	server	2.8.13	-2				A container for latency diagnostics commands
LATENCY DOCTOR	server	2.8.13	2	a			Return a human readable latency analysis report
LATENCY GRAPH	server	2.8.13	3	a		event	Return a latency graph for the event
LATENCY HELP	server	2.8.13	2				Show helpful text about the different subcommands
LATENCY HISTOGRAM	server	7.0.0	-2	a		[command [command ...]]	Return the cumulative distribution of latencies of a subset of commands or all
LATENCY HISTORY	server	2.8.13	3	a		event	Return timestamp-latency samples for the event
LATENCY LATEST	server	2.8.13	2	a			Return the latest latency samples for all events
LATENCY RESET	server	2.8.13	-2	a		[event [event ...]]	Reset latency data for one or more events
LCS	string	7.0.0	-3	r	i1:r1/1	key1 key2 [LEN] [IDX] [MINMATCHLEN #len] [WITHMATCHLEN]	Find longest common substring
LINDEX	list	1.0.0	3	r	i1:r0/1	key #index	Get an element from a list by its index
LINSERT	list	2.2.0	5	w	i1:r0/1	key {BEFORE|AFTER} pivot element	Insert an element before or after another element in a list
LLEN	list	1.0.0	2	r	i1:r0/1	key	Get the length of a list
LMOVE	list	6.2.0	5	w	i1:r0/1 i2:r0/1	source destination {LEFT|RIGHT} {LEFT|RIGHT}	Pop an element from a list, push it to another list and return it
LMPOP	list	7.0.0	-4	w	i1:n0/1/1	#numkeys key [key ...] {LEFT|RIGHT} [COUNT #count]	Pop elements from a list
LOLWUT	server	5.0.0	-1	r		[VERSION #version]	Display some computer art and the Redis version
LPOP	list	1.0.0	-2	w	i1:r0/1	key [#count]	Remove and get the first elements in a list
LPOS	list	6.0.6	-3	r	i1:r0/1	key element [RANK #rank] [COUNT #num-matches] [MAXLEN #len]	Return the index of matching elements on a list
LPUSH	list	1.0.0	-3	w	i1:r0/1	key element [element ...]	Prepend one or multiple elements to a list
LPUSHX	list	2.2.0	-3	w	i1:r0/1	key element [element ...]	Prepend an element to a list, only if the list exists
LRANGE	list	1.0.0	4	r	i1:r0/1	key #start #stop	Get a range of elements from a list
LREM	list	1.0.0	4	w	i1:r0/1	key #count element	Remove elements from a list
LSET	list	1.0.0	4	w	i1:r0/1	key #index element	Set the value of an element in a list by its index
LTRIM	list	1.0.0	4	w	i1:r0/1	key #start #stop	Trim a list to the specified range
MEMORY	server	4.0.0	-2				A container for memory diagnostics commands
MEMORY DOCTOR	server	4.0.0	2				Outputs memory problems report
MEMORY HELP	server	4.0.0	2				Show helpful text about the different subcommands
MEMORY MALLOC-STATS	server	4.0.0	2				Show allocator internal stats
MEMORY PURGE	server	4.0.0	2				Ask the allocator to release memory
MEMORY STATS	server	4.0.0	2				Show memory usage details
MEMORY USAGE	server	4.0.0	-3	r	i2:r0/1	key [SAMPLES #count]	Estimate the memory usage of a key
MGET	string	1.0.0	-2	r	i1:r-1/1	key [key ...]	Get the values of all the given keys
MIGRATE	generic	2.6.0	-6	w	i3:r0/1 kKEYS/-2:r-1/1	host #port {key|""} #destination-db #timeout [COPY] [REPLACE] [{[AUTH password]|[AUTH2 username password]}] [KEYS key [key ...]]	Atomically transfer a key from a Redis instance to another one
MODULE	server	4.0.0	-2				A container for module commands
MODULE HELP	server	5.0.0	2				Show helpful text about the different subcommands
MODULE LIST	server	4.0.0	2	a			List all modules loaded by the server
MODULE LOAD	server	4.0.0	-3	a		path [arg [arg ...]]	Load a module
MODULE LOADEX	server	7.0.0	-3	a		path [CONFIG name value [CONFIG name value ...]] [ARGS arg [arg ...]]	Load a module with extended parameters
MODULE UNLOAD	server	4.0.0	3	a		name	Unload a module
MONITOR	server	1.0.0	1	a			Listen for all requests received by the server in real time
MOVE	generic	1.0.0	3	w	i1:r0/1	key #db	Move a key to another database
MSET	string	1.0.1	-3	w	i1:r-1/2	key value [key value ...]	Set multiple keys to multiple values
MSETNX	string	1.0.1	-3	w	i1:r-1/2	key value [key value ...]	Set multiple keys to multiple values, only if none of the keys exist
MULTI	transactions	1.2.0	1				Mark the start of a transaction block
OBJECT	generic	2.2.3	-2				A container for object introspection commands
OBJECT ENCODING	generic	2.2.3	3	r	i2:r0/1	key	Inspect the internal encoding of a Redis object
OBJECT FREQ	generic	4.0.0	3	r	i2:r0/1	key	Get the logarithmic access frequency counter of a Redis object
OBJECT HELP	generic	6.2.0	2				Show helpful text about the different subcommands
OBJECT IDLETIME	generic	2.2.3	3	r	i2:r0/1	key	Get the time since a Redis object was last accessed
OBJECT REFCOUNT	generic	2.2.3	3	r	i2:r0/1	key	Get the number of references to the value of the key
PERSIST	generic	2.2.0	2	w	i1:r0/1	key	Remove the expiration from a key
PEXPIRE	generic	2.6.0	-3	w	i1:r0/1	key #milliseconds [{NX|XX|GT|LT}]	Set a key's time to live in milliseconds
PEXPIREAT	generic	2.6.0	-3	w	i1:r0/1	key #unix-time-milliseconds [{NX|XX|GT|LT}]	Set the expiration for a key as a UNIX timestamp specified in milliseconds
PEXPIRETIME	generic	7.0.0	2	r	i1:r0/1	key	Get the expiration Unix timestamp for a key in milliseconds
PFADD	hyperloglog	2.8.9	-2	w	i1:r0/1	key [element [element ...]]	Adds the specified elements to the specified HyperLogLog
PFCOUNT	hyperloglog	2.8.9	-2	r	i1:r-1/1	key [key ...]	Return the approximated cardinality of the set(s) observed by the HyperLogLog at key(s)
PFDEBUG	hyperloglog	2.8.9	3	wa	i2:r0/1	subcommand key	Internal commands for debugging HyperLogLog values
PFMERGE	hyperloglog	2.8.9	-2	w	i1:r0/1 i2:r-1/1	destkey sourcekey [sourcekey ...]	Merge N different HyperLogLogs into a single one
PFSELFTEST	hyperloglog	2.8.9	1	a			An internal command for testing HyperLogLog values
PING	connection	1.0.0	-1			[message]	Ping the server
PSETEX	string	2.6.0	4	w	i1:r0/1	key #milliseconds value	Set the value and expiration in milliseconds of a key
PSUBSCRIBE	pubsub	2.0.0	-2	p		pattern [pattern ...]	Listen for messages published to channels matching the given patterns
PSYNC	server	2.8.0	-3	a		replicationid #offset	Internal command used for replication
PTTL	generic	2.6.0	2	r	i1:r0/1	key	Get the time to live for a key in milliseconds
PUBLISH	pubsub	2.0.0	3	p		channel message	Post a message to a channel
PUBSUB	pubsub	2.8.0	-2				A container for Pub/Sub commands
PUBSUB CHANNELS	pubsub	2.8.0	-2	p		[pattern]	List active channels
PUBSUB HELP	pubsub	6.2.0	2				Show helpful text about the different subcommands
PUBSUB NUMPAT	pubsub	2.8.0	2	p			Get the count of unique patterns pattern subscriptions
PUBSUB NUMSUB	pubsub	2.8.0	-2	p		[channel [channel ...]]	Get the count of subscribers for channels
PUBSUB SHARDCHANNELS	pubsub	7.0.0	-2	p		[pattern]	List active shard channels
PUBSUB SHARDNUMSUB	pubsub	7.0.0	-2	p		[shardchannel [shardchannel ...]]	Get the count of subscribers for shard channels
PUNSUBSCRIBE	pubsub	2.0.0	-1	p		[pattern [pattern ...]]	Stop listening for messages posted to channels matching the given patterns
QUIT	connection	1.0.0	-1				Close the connection
RANDOMKEY	generic	1.0.0	1	r			Return a random key from the keyspace
READONLY	cluster	3.0.0	1				Enables read queries for a connection to a cluster replica node
READWRITE	cluster	3.0.0	1				Disables read queries for a connection to a cluster replica node
RENAME	generic	1.0.0	3	w	i1:r0/1 i2:r0/1	key newkey	Rename a key
RENAMENX	generic	1.0.0	3	w	i1:r0/1 i2:r0/1	key newkey	Rename a key, only if the new key does not exist
REPLCONF	server	3.0.0	-1	a			An internal command for configuring the replication stream
REPLICAOF	server	5.0.0	3	a		{host #port|NO ONE}	Make the server a replica of another instance, or promote it as master
RESET	connection	6.2.0	1				Reset the connection
RESTORE	generic	2.6.0	-4	w	i1:r0/1	key #ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME #seconds] [FREQ #frequency]	Create a key using the provided serialized value, previously obtained using DUMP
RESTORE-ASKING	server	3.0.0	-4	w	i1:r0/1	key #ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME #seconds] [FREQ #frequency]	An internal command for migrating keys in a cluster
ROLE	server	2.8.12	1				Return the role of the instance in the context of replication
RPOP	list	1.0.0	-2	w	i1:r0/1	key [#count]	Remove and get the last elements in a list
RPOPLPUSH	list	1.2.0	3	w	i1:r0/1 i2:r0/1	source destination	Remove the last element in a list, prepend it to another list and return it
RPUSH	list	1.0.0	-3	w	i1:r0/1	key element [element ...]	Append one or multiple elements to a list
RPUSHX	list	2.2.0	-3	w	i1:r0/1	key element [element ...]	Append an element to a list, only if the list exists
SADD	set	1.0.0	-3	w	i1:r0/1	key member [member ...]	Add one or more members to a set
SAVE	server	1.0.0	1	a			Synchronously save the dataset to disk
SCAN	generic	2.8.0	-2	r		#cursor [MATCH pattern] [COUNT #count] [TYPE type]	Incrementally iterate the keys space
SCARD	set	1.0.0	2	r	i1:r0/1	key	Get the number of members in a set
SCRIPT	scripting	2.6.0	-2				A container for Lua scripts management commands
SCRIPT DEBUG	scripting	3.2.0	3			{YES|SYNC|NO}	Set the debug mode for executed scripts
SCRIPT EXISTS	scripting	2.6.0	-3			sha1 [sha1 ...]	Check existence of scripts in the script cache
SCRIPT FLUSH	scripting	2.6.0	-2			[{ASYNC|SYNC}]	Remove all the scripts from the script cache
SCRIPT HELP	scripting	5.0.0	2				Show helpful text about the different subcommands
SCRIPT KILL	scripting	2.6.0	2				Kill the script currently in execution
SCRIPT LOAD	scripting	2.6.0	3			script	Load the specified Lua script into the script cache
SDIFF	set	1.0.0	-2	r	i1:r-1/1	key [key ...]	Subtract multiple sets
SDIFFSTORE	set	1.0.0	-3	w	i1:r0/1 i2:r-1/1	destination key [key ...]	Subtract multiple sets and store the resulting set in a key
SELECT	connection	1.0.0	2			#index	Change the selected database for the current connection
SET	string	1.0.0	-3	w	i1:r0/1	key value [{NX|XX}] [GET] [{EX #seconds|PX #milliseconds|EXAT #unix-time-seconds|PXAT #unix-time-milliseconds|KEEPTTL}]	Set the string value of a key
SETBIT	bitmap	2.2.0	4	w	i1:r0/1	key #offset #value	Sets or clears the bit at offset in the string value stored at key
SETEX	string	2.0.0	4	w	i1:r0/1	key #seconds value	Set the value and expiration of a key
SETNX	string	1.0.0	3	w	i1:r0/1	key value	Set the value of a key, only if the key does not exist
SETRANGE	string	2.2.0	4	w	i1:r0/1	key #offset value	Overwrite part of a string at key starting at the specified offset
SHUTDOWN	server	1.0.0	-1	a		[{NOSAVE|SAVE}] [NOW] [FORCE] [ABORT]	Synchronously save the dataset to disk and then shut down the server
SINTER	set	1.0.0	-2	r	i1:r-1/1	key [key ...]	Intersect multiple sets
SINTERCARD	set	7.0.0	-3	r	i1:n0/1/1	#numkeys key [key ...] [LIMIT #limit]	Intersect multiple sets and return the cardinality of the result
SINTERSTORE	set	1.0.0	-3	w	i1:r0/1 i2:r-1/1	destination key [key ...]	Intersect multiple sets and store the resulting set in a key
SISMEMBER	set	1.0.0	3	r	i1:r0/1	key member	Determine if a given value is a member of a set
SLAVEOF	server	1.0.0	3	a		{host #port|NO ONE}	Make the server a replica of another instance, or promote it as master
SLOWLOG	server	2.2.12	-2				A container for slow log commands
SLOWLOG GET	server	2.2.12	-2	a		[#count]	Get the slow log's entries
SLOWLOG HELP	server	6.2.0	2				Show helpful text about the different subcommands
SLOWLOG LEN	server	2.2.12	2	a			Get the slow log's length
SLOWLOG RESET	server	2.2.12	2	a			Clear all entries from the slow log
SMEMBERS	set	1.0.0	2	r	i1:r0/1	key	Get all the members in a set
SMISMEMBER	set	6.2.0	-3	r	i1:r0/1	key member [member ...]	Returns the membership associated with the given elements for a set
SMOVE	set	1.0.0	4	w	i1:r0/1 i2:r0/1	source destination member	Move a member from one set to another
SORT	generic	1.0.0	-2	w	i1:r0/1	key [BY pattern] [LIMIT #offset #count] [GET pattern [GET pattern ...]] [{ASC|DESC}] [ALPHA] [STORE destination]	Sort the elements in a list, set or sorted set
SORT_RO	generic	7.0.0	-2	r	i1:r0/1	key [BY pattern] [LIMIT #offset #count] [GET pattern [GET pattern ...]] [{ASC|DESC}] [ALPHA]	Sort the elements in a list, set or sorted set. Read-only variant of SORT
SPOP	set	1.0.0	-2	w	i1:r0/1	key [#count]	Remove and return one or multiple random members from a set
SPUBLISH	pubsub	7.0.0	3	p	i1:r0/1	shardchannel message	Post a message to a shard channel
SRANDMEMBER	set	1.0.0	-2	r	i1:r0/1	key [#count]	Get one or multiple random members from a set
SREM	set	1.0.0	-3	w	i1:r0/1	key member [member ...]	Remove one or more members from a set
SSCAN	set	2.8.0	-3	r	i1:r0/1	key #cursor [MATCH pattern] [COUNT #count]	Incrementally iterate Set elements
SSUBSCRIBE	pubsub	7.0.0	-2	p	i1:r-1/1	shardchannel [shardchannel ...]	Listen for messages published to the given shard channels
STRLEN	string	2.2.0	2	r	i1:r0/1	key	Get the length of the value stored in a key
SUBSCRIBE	pubsub	2.0.0	-2	p		channel [channel ...]	Listen for messages published to the given channels
SUBSTR	string	1.0.0	4	r	i1:r0/1	key #start #end	Get a substring of the string stored at a key
SUNION	set	1.0.0	-2	r	i1:r-1/1	key [key ...]	Add multiple sets
SUNIONSTORE	set	1.0.0	-3	w	i1:r0/1 i2:r-1/1	destination key [key ...]	Add multiple sets and store the resulting set in a key
SUNSUBSCRIBE	pubsub	7.0.0	-1	p	i1:r-1/1	[shardchannel [shardchannel ...]]	Stop listening for messages posted to the given shard channels
SWAPDB	server	4.0.0	3	w		#index1 #index2	Swaps two Redis databases
SYNC	server	1.0.0	1	a			Internal command used for replication
TIME	server	2.6.0	1				Return the current server time
TOUCH	generic	3.2.1	-2	r	i1:r-1/1	key [key ...]	Alters the last access time of a key(s). Returns the number of existing keys specified
TTL	generic	1.0.0	2	r	i1:r0/1	key	Get the time to live for a key in seconds
TYPE	generic	1.0.0	2	r	i1:r0/1	key	Determine the type stored at key
UNLINK	generic	4.0.0	-2	w	i1:r-1/1	key [key ...]	Delete a key asynchronously in another thread. Otherwise it is just as DEL, but non blocking
UNSUBSCRIBE	pubsub	2.0.0	-1	p		[channel [channel ...]]	Stop listening for messages posted to the given channels
UNWATCH	transactions	2.2.0	1				Forget about all watched keys
WAIT	generic	3.0.0	3			#numreplicas #timeout	Wait for the synchronous replication of all the write commands sent in the context of the current connection
WATCH	transactions	2.2.0	-2		i1:r-1/1	key [key ...]	Watch the given keys to determine execution of the MULTI/EXEC block
XACK	stream	5.0.0	-4	w	i1:r0/1	key group id [id ...]	Marks a pending message as correctly processed, effectively removing it from the pending entries list of the consumer group. Return value of the command is the number of messages successfully acknowledged, that is, the IDs we were actually able to resolve in the PEL
XADD	stream	5.0.0	-5	w	i1:r0/1	key [NOMKSTREAM] [{MAXLEN|MINID} [{=|~}] threshold [LIMIT #count]] {*|id} field value [field value ...]	Appends a new entry to a stream
XAUTOCLAIM	stream	6.2.0	-6	w	i1:r0/1	key group consumer min-idle-time start [COUNT #count] [JUSTID]	Changes (or acquires) ownership of messages in a consumer group, as if the messages were delivered to the specified consumer
XCLAIM	stream	5.0.0	-6	w	i1:r0/1	key group consumer min-idle-time id [id ...] [IDLE #ms] [TIME #unix-time-milliseconds] [RETRYCOUNT #count] [FORCE] [JUSTID] [LASTID id]	Changes (or acquires) ownership of a message in a consumer group, as if the message was delivered to the specified consumer
XDEL	stream	5.0.0	-3	w	i1:r0/1	key id [id ...]	Removes the specified entries from the stream. Returns the number of items actually deleted, that may be different from the number of IDs passed in case certain IDs do not exist
XGROUP	stream	5.0.0	-2				A container for consumer groups commands
XGROUP CREATE	stream	5.0.0	-5	w	i2:r0/1	key groupname {id|$} [MKSTREAM] [ENTRIESREAD #entries_read]	Create a consumer group
XGROUP CREATECONSUMER	stream	6.2.0	5	w	i2:r0/1	key groupname consumername	Create a consumer in a consumer group
XGROUP DELCONSUMER	stream	5.0.0	5	w	i2:r0/1	key groupname consumername	Delete a consumer from a consumer group
XGROUP DESTROY	stream	5.0.0	4	w	i2:r0/1	key groupname	Destroy a consumer group
XGROUP HELP	stream	5.0.0	2				Show helpful text about the different subcommands
XGROUP SETID	stream	5.0.0	-5	w	i2:r0/1	key groupname {id|$} [ENTRIESREAD #entries_read]	Set a consumer group to an arbitrary last delivered ID value
XINFO	stream	5.0.0	-2				A container for stream introspection commands
XINFO CONSUMERS	stream	5.0.0	4	r	i2:r0/1	key groupname	List the consumers in a consumer group
XINFO GROUPS	stream	5.0.0	3	r	i2:r0/1	key	List the consumer groups of a stream
XINFO HELP	stream	5.0.0	2				Show helpful text about the different subcommands
XINFO STREAM	stream	5.0.0	-3	r	i2:r0/1	key [FULL [COUNT #count]]	Get information about a stream
XLEN	stream	5.0.0	2	r	i1:r0/1	key	Return the number of entries in a stream
XPENDING	stream	5.0.0	-3	r	i1:r0/1	key group [[IDLE #min-idle-time] start end #count [consumer]]	Return information and entries from a stream consumer group pending entries list, that are messages fetched but never acknowledged
XRANGE	stream	5.0.0	-4	r	i1:r0/1	key start end [COUNT #count]	Return a range of elements in a stream, with IDs matching the specified IDs interval
XREAD	stream	5.0.0	-4	rb	kSTREAMS/1:r-1/1	[COUNT #count] [BLOCK #milliseconds] STREAMS key [key ...] id [id ...]	Return never seen elements in multiple streams, with IDs greater than the ones reported by the caller for each stream. Can block
XREADGROUP	stream	5.0.0	-7	wb	kSTREAMS/4:r-1/1	GROUP group consumer [COUNT #count] [BLOCK #milliseconds] [NOACK] STREAMS key [key ...] id [id ...]	Return new entries from a stream using a consumer group, or access the history of the pending entries for a given consumer. Can block
XREVRANGE	stream	5.0.0	-4	r	i1:r0/1	key end start [COUNT #count]	Return a range of elements in a stream, with IDs matching the specified IDs interval, in reverse order (from greater to smaller IDs) compared to XRANGE
XSETID	stream	5.0.0	-3	w	i1:r0/1	key last-id [ENTRIESADDED #entries_added] [MAXDELETEDID max_deleted_entry_id]	An internal command for replicating stream values
XTRIM	stream	5.0.0	-4	w	i1:r0/1	key {MAXLEN|MINID} [{=|~}] threshold [LIMIT #count]	Trims the stream to (approximately if '~' is passed) a certain size
ZADD	sorted-set	1.2.0	-4	w	i1:r0/1	key [{NX|XX}] [{GT|LT}] [CH] [INCR] #score member [#score member ...]	Add one or more members to a sorted set, or update its score if it already exists
ZCARD	sorted-set	1.2.0	2	r	i1:r0/1	key	Get the number of members in a sorted set
ZCOUNT	sorted-set	2.0.0	4	r	i1:r0/1	key #min #max	Count the members in a sorted set with scores within the given values
ZDIFF	sorted-set	6.2.0	-3	r	i1:n0/1/1	#numkeys key [key ...] [WITHSCORES]	Subtract multiple sorted sets
ZDIFFSTORE	sorted-set	6.2.0	-4	w	i1:r0/1 i2:n0/1/1	destination #numkeys key [key ...]	Subtract multiple sorted sets and store the resulting sorted set in a new key
ZINCRBY	sorted-set	1.2.0	4	w	i1:r0/1	key #increment member	Increment the score of a member in a sorted set
ZINTER	sorted-set	6.2.0	-3	r	i1:n0/1/1	#numkeys key [key ...] [WEIGHTS #weight [#weight ...]] [AGGREGATE {SUM|MIN|MAX}] [WITHSCORES]	Intersect multiple sorted sets
ZINTERCARD	sorted-set	7.0.0	-3	r	i1:n0/1/1	#numkeys key [key ...] [LIMIT #limit]	Intersect multiple sorted sets and return the cardinality of the result
ZINTERSTORE	sorted-set	2.0.0	-4	w	i1:r0/1 i2:n0/1/1	destination #numkeys key [key ...] [WEIGHTS #weight [#weight ...]] [AGGREGATE {SUM|MIN|MAX}]	Intersect multiple sorted sets and store the resulting sorted set in a new key
ZLEXCOUNT	sorted-set	2.8.9	4	r	i1:r0/1	key min max	Count the number of members in a sorted set between a given lexicographical range
ZMPOP	sorted-set	7.0.0	-4	w	i1:n0/1/1	#numkeys key [key ...] {MIN|MAX} [COUNT #count]	Remove and return members with scores in a sorted set
ZMSCORE	sorted-set	6.2.0	-3	r	i1:r0/1	key member [member ...]	Get the score associated with the given members in a sorted set
ZPOPMAX	sorted-set	5.0.0	-2	w	i1:r0/1	key [#count]	Remove and return members with the highest scores in a sorted set
ZPOPMIN	sorted-set	5.0.0	-2	w	i1:r0/1	key [#count]	Remove and return members with the lowest scores in a sorted set
ZRANDMEMBER	sorted-set	6.2.0	-2	r	i1:r0/1	key [#count [WITHSCORES]]	Get one or multiple random elements from a sorted set
ZRANGE	sorted-set	1.2.0	-4	r	i1:r0/1	key start stop [{BYSCORE|BYLEX}] [REV] [LIMIT #offset #count] [WITHSCORES]	Return a range of members in a sorted set
ZRANGEBYLEX	sorted-set	2.8.9	-4	r	i1:r0/1	key min max [LIMIT #offset #count]	Return a range of members in a sorted set, by lexicographical range
ZRANGEBYSCORE	sorted-set	1.0.5	-4	r	i1:r0/1	key #min #max [WITHSCORES] [LIMIT #offset #count]	Return a range of members in a sorted set, by score
ZRANGESTORE	sorted-set	6.2.0	-5	w	i1:r0/1 i2:r0/1	dst src min max [{BYSCORE|BYLEX}] [REV] [LIMIT #offset #count]	Store a range of members from sorted set into another key
ZRANK	sorted-set	2.0.0	3	r	i1:r0/1	key member	Determine the index of a member in a sorted set
ZREM	sorted-set	1.2.0	-3	w	i1:r0/1	key member [member ...]	Remove one or more members from a sorted set
ZREMRANGEBYLEX	sorted-set	2.8.9	4	w	i1:r0/1	key min max	Remove all members in a sorted set between the given lexicographical range
ZREMRANGEBYRANK	sorted-set	2.0.0	4	w	i1:r0/1	key #start #stop	Remove all members in a sorted set within the given indexes
ZREMRANGEBYSCORE	sorted-set	1.2.0	4	w	i1:r0/1	key #min #max	Remove all members in a sorted set within the given scores
ZREVRANGE	sorted-set	1.2.0	-4	r	i1:r0/1	key #start #stop [WITHSCORES]	Return a range of members in a sorted set, by index, with scores ordered from high to low
ZREVRANGEBYLEX	sorted-set	2.8.9	-4	r	i1:r0/1	key max min [LIMIT #offset #count]	Return a range of members in a sorted set, by lexicographical range, ordered from higher to lower strings
ZREVRANGEBYSCORE	sorted-set	2.2.0	-4	r	i1:r0/1	key #max #min [WITHSCORES] [LIMIT #offset #count]	Return a range of members in a sorted set, by score, with scores ordered from high to low
ZREVRANK	sorted-set	2.0.0	3	r	i1:r0/1	key member	Determine the index of a member in a sorted set, with scores ordered from high to low
ZSCAN	sorted-set	2.8.0	-3	r	i1:r0/1	key #cursor [MATCH pattern] [COUNT #count]	Incrementally iterate sorted sets elements and associated scores
ZSCORE	sorted-set	1.2.0	3	r	i1:r0/1	key member	Get the score associated with the given member in a sorted set
ZUNION	sorted-set	6.2.0	-3	r	i1:n0/1/1	#numkeys key [key ...] [WEIGHTS #weight [#weight ...]] [AGGREGATE {SUM|MIN|MAX}] [WITHSCORES]	Add multiple sorted sets
ZUNIONSTORE	sorted-set	2.0.0	-4	w	i1:r0/1 i2:n0/1/1	destination #numkeys key [key ...] [WEIGHTS #weight [#weight ...]] [AGGREGATE {SUM|MIN|MAX}]	Add multiple sorted sets and store the resulting sorted set in a new key
"""#
}
