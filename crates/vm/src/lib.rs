//! The vector machine: runs kernel IR on the CPU, a block of lanes at a time.
