// Merges lists of candidates into the K nearest, nearest first.
//
// shapes   distance (n) f32, index (n) i32 in any order, -1 for no candidate, indices distinct otherwise; n <= 1024;
//          best_distance (K) f32, best_index (K) i32; template K <= n
// thread   one candidate, which counts those before it: that is its place
// launch   grid (n, 1, 1), threadgroup (n, 1, 1)
// order    by distance, then by index; candidates of index -1 last
// barriers one, between copying the candidates to threadgroup memory and counting
// error    none: the results are some of the inputs
// source   the definition; rank by counting needs no second pass and no order of threads
//
// ember: let N = 200, K = 10
// ember: input distance = f32(N):uniform(0, 1, 0)
// ember: input index = i32(N):arange(7, 3)
// ember: output best_distance = f32(K)
// ember: output best_index = i32(K)
// ember: template K = K
// ember: grid N,1,1
// ember: threadgroup N,1,1
// ember: expect best_distance[0] = min(distance)
// ember: expect best_distance = distance[div(best_index - 7, 3)]
// ember: expect sum(j in 0..N: distance[j] < best_distance[K-1] ? 1 : 0) = K - 1

    threadgroup float distances[1024];
    threadgroup uint indices[1024];

    uint slot = thread_position_in_grid.x;
    uint n = threads_per_grid.x;
    float own = distance[slot];
    uint own_index = uint(index[slot]);
    distances[slot] = own;
    indices[slot] = own_index;
    threadgroup_barrier(mem_flags::mem_threadgroup);

    uint place = 0;
    for (uint j = 0; j < n; ++j) {
        float other = distances[j];
        uint other_index = indices[j];
        bool before = other < own
            || (other == own && (other_index < own_index || (other_index == own_index && j < slot)));
        place += uint(before);
    }
    if (place < K) {
        best_distance[place] = own;
        best_index[place] = int(own_index);
    }
