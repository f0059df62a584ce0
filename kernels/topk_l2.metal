// The k vectors nearest to a query, by squared Euclidean distance, nearest first.
//
// shapes   query (d) f32, vectors (m, d) f32; distance (G, K) f32, index (G, K) i32; template K <= 32, SIMDS the
//          simdgroups of a threadgroup
// thread   a simdgroup takes every (G SIMDS)-th vector, its lanes the dimensions; the K best so far live in its lanes in
//          order, and a new distance is inserted by one vote and one shuffle. Afterwards every candidate counts those
//          before it, which is its place
// launch   grid (32 SIMDS G, 1, 1), threadgroup (32 SIMDS, 1, 1): G threadgroups give G lists, which topk_merge merges;
//          with G = 1 the list is the answer
// order    by distance, then by index; NaN distances count as infinite. Where fewer than K vectors exist the rest is
//          (infinity, -1)
// barriers one, between writing the candidates and counting
// error    distances (d / 32 + 6) * 2^-24 relative
// source   the definition; the original ran on one thread
//
// ember: let D = 37, M = 1001, K = 10, G = 1, SIMDS = 32
// ember: bench D = 128, M = 65536
// ember: input query = f32(D):normal(0)
// ember: input vectors = f32(M, D):normal(1)
// ember: output distance = f32(G, K)
// ember: output index = i32(G, K)
// ember: template K = K
// ember: template SIMDS = SIMDS
// ember: grid 32*SIMDS*G,1,1
// ember: threadgroup 32*SIMDS,1,1
// ember: expect distance = sum(j in 0..D: (vectors[index * D + j] - query[j]) * (vectors[index * D + j] - query[j]))
//   within 2e-6 relative
// ember: expect distance[0] = min(j in 0..M: sum(e in 0..D: (vectors[j, e] - query[e]) * (vectors[j, e] - query[e])))
//   within 2e-6 relative

    static_assert(K >= 1 && K <= 32, "a simdgroup keeps one candidate per lane");
    threadgroup float best_distance[SIMDS * K];
    threadgroup uint best_index[SIMDS * K];

    uint m = vectors_shape[0];
    uint d = vectors_shape[1];
    uint lane = thread_index_in_simdgroup;
    uint simd = simdgroup_index_in_threadgroup;
    uint group = threadgroup_position_in_grid.x;
    uint groups = threadgroups_per_grid.x;

    // This lane's candidate; 4294967295 is no vector.
    float mine = INFINITY;
    uint mine_index = 0xffffffffu;
    for (uint v = group * SIMDS + simd; v < m; v += groups * SIMDS) {
        float sum = 0.0f;
        for (uint e = lane; e < d; e += 32) {
            float difference = vectors[v * d + e] - query[e];
            sum = fma(difference, difference, sum);
        }
        sum = simd_sum(sum);
        sum = isnan(sum) ? INFINITY : sum;

        // Indices grow, so an equal distance goes behind; but nothing goes behind no vector.
        bool before = mine < sum || (mine == sum && mine_index < v);
        uint place = simd_sum(uint(before));
        float shifted = simd_shuffle_up(mine, 1);
        uint shifted_index = simd_shuffle_up(mine_index, 1);
        if (lane == place) {
            mine = sum;
            mine_index = v;
        } else if (lane > place) {
            mine = shifted;
            mine_index = shifted_index;
        }
    }
    if (lane < K) {
        best_distance[simd * K + lane] = mine;
        best_index[simd * K + lane] = mine_index;
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);

    uint slot = thread_index_in_threadgroup;
    if (slot < SIMDS * K) {
        float own = best_distance[slot];
        uint own_index = best_index[slot];
        uint place = 0;
        for (uint j = 0; j < SIMDS * K; ++j) {
            float other = best_distance[j];
            uint other_index = best_index[j];
            // Slots without a vector are all alike; their order is that of the slots.
            bool before = other < own
                || (other == own && (other_index < own_index || (other_index == own_index && j < slot)));
            place += uint(before);
        }
        if (place < K) {
            distance[group * K + place] = own;
            index[group * K + place] = int(own_index);
        }
    }
