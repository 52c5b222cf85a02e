#!/bin/sh
# A directory (LDAP) of Debian's slapd on port 1389, with the entries of people.ldif beside this script, below dc=example,dc=org.
set -eu
cd "$(dirname "$0")"
schema=/etc/ldap/schema
mkdir -p /tmp/directory
cat > /tmp/slapd.conf << EOF
include $schema/core.schema
include $schema/cosine.schema
include $schema/inetorgperson.schema
# The login name as Active Directory calls it.
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.6 NAME 'securityPrincipal' SUP top AUXILIARY MUST sAMAccountName )
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix "dc=example,dc=org"
directory /tmp/directory
access to attrs=userPassword by anonymous auth by * none
# Nobody reads without the password of an account.
access to * by users read by * none
EOF
slapadd -f /tmp/slapd.conf -l people.ldif
exec /usr/sbin/slapd -f /tmp/slapd.conf -h ldap://:1389/ -d stats
